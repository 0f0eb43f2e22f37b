"""The figures as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.reads.endpoints import EMPTY_VIEW, ROUND_TRIP, Endpoint
from benchmarks.reads.first_reads import FirstRead
from benchmarks.reads.growth import Curve
from benchmarks.reads.measuring import TICK_MS, Cost, ratio
from benchmarks.reads.side_tables import (
    first_table,
    growth_table,
    speed_table,
    store_table,
    unchanged_table,
)
from benchmarks.results_page import table

INTRO = """\
`python -m benchmarks.reads`, everything in one run, every answer compared with the
peer's first; medians of rounds in which all endpoints of all servers take turns.
**peer**: the plan's own design in FastAPI under uvicorn, one process
(`benchmarks/reads/peer.py`). **production**: the command of
`deploy/monitor-api.service` with one worker. **simple**: `manage.py serve`, one
process. CPU is user and system time of the server's process tree; the proxy, which
each of them would have, is in none of the figures."""
WHY = """\
Where a ratio is not reached, the floor says why: an empty DRF view with one round trip
costs as much as the peer's whole answer where that is small, and the shares at the end
say what it is made of: Django's routing, middleware and response, then the way to Redis
and back, then DRF. The column `results` is what is ours."""
NEAR_FLOOR = 1.3
LAYOUTS = ("production", "simple")
SERVERS = ("peer", *LAYOUTS)
Costs = Mapping[Endpoint, Mapping[str, Cost]]


@dataclass(frozen=True)
class Figures:
    """Everything that one run measured; `shares` is a table already."""

    costs: Costs
    unchanged: Mapping[Endpoint, Cost | None]
    first: Mapping[str, FirstRead | None]
    curves: Sequence[Curve]
    shares: str


def whole(of: Figures) -> str:
    """The body of the section."""
    parts = [
        INTRO,
        cpu_table(of.costs),
        "Against the floor, an empty view with one pipelined round trip:",
        floor_table(of.costs),
        WHY,
        "Requests a second and times, over two connections:",
        speed_table(of.costs, SERVERS),
        "What the answers cost Redis:",
        store_table(of.costs),
        "Asked again with `If-None-Match`, in production, nothing having changed:",
        unchanged_table(of.costs, of.unchanged),
        "Before anything is indexed:",
        first_table(of.first),
        "### Growth",
        "![CPU per request over runs and tests](growth.svg)",
        growth_table(of.curves, "runs", SERVERS),
        growth_table(of.curves, "tests", SERVERS),
        "### What a request is made of",
        "Share of a request's CPU in each package, by cProfile, which makes many "
        "small calls\nlook dearer than they are:",
        of.shares,
    ]
    return "\n\n".join(parts)


def cpu_table(costs: Costs) -> str:
    """CPU of a request and the ratios that must be reached."""
    head = ["CPU ms per request", *SERVERS, "peer / production", "must", "reached"]
    rows = [_cpu_row(endpoint, each) for endpoint, each in costs.items()]
    return table(head, rows)


def _cpu_row(endpoint: Endpoint, costs: Mapping[str, Cost]) -> list[str]:
    figures = [f"{costs[each].cpu:.2f}" if each in costs else "" for each in SERVERS]
    if not endpoint.must:
        return [endpoint.name, *figures, "", "", ""]
    gained = ratio(costs["peer"], costs["production"])
    stretch = f" ({endpoint.stretch:g})" if endpoint.stretch else ""
    wanted = f">= {endpoint.must:,g}{stretch}"
    reached = yes(gained >= endpoint.must)
    return [endpoint.name, *figures, f"**{gained:.1f}**", wanted, reached]


def floor_table(costs: Costs) -> str:
    """What is above the floor, in production, and above the peer, in the simple one."""
    floor = costs[ROUND_TRIP]["production"].cpu or TICK_MS
    empty = costs[EMPTY_VIEW]["simple"].cpu
    head = ["", "production / one round trip", "within 1.3"]
    head += ["simple - peer (ms)", f"within an empty view ({empty:.2f})"]
    rows = [
        _floor_row(endpoint, each, floor, empty)
        for endpoint, each in costs.items()
        if endpoint.must
    ]
    return table(head, rows)


def _floor_row(
    endpoint: Endpoint, costs: Mapping[str, Cost], floor: float, empty: float
) -> list[str]:
    times = costs["production"].cpu / floor
    above = costs["simple"].cpu - costs["peer"].cpu
    near = yes(times <= NEAR_FLOOR) if endpoint.in_floor else ""
    return [endpoint.name, f"{times:.2f}", near, f"{above:+.2f}", yes(above <= empty)]


def yes(reached: bool) -> str:
    return "yes" if reached else "**no**"
