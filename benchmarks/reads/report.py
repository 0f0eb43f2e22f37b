"""The figures as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.reads.endpoints import FLOORS, Endpoint
from benchmarks.reads.first_reads import FirstRead
from benchmarks.reads.growth import Curve
from benchmarks.reads.measuring import TICK_MS, Cost, ratio
from benchmarks.results_page import table

INTRO = """\
`python -m benchmarks.reads`, everything in one run, in rounds that take turns, every
answer compared with the peer's first. **peer**: the plan's own design in FastAPI under
uvicorn, one process (`benchmarks/reads/peer.py`). **production**: the command of
`deploy/monitor-api.service` with one worker. **simple**: the README's one ASGI process.
CPU is user and system time of the server's process tree; the proxy, which each of them
would have, is in none of the figures. "of the floor" is the cost relative to an empty
DRF view with one pipelined round trip; where that has to be within 1.3, it says whether
it is."""
NEAR_FLOOR = 1.3
LAYOUTS = ("production", "simple")
SERVERS = ("peer", *LAYOUTS)
Costs = Mapping[Endpoint, Mapping[str, Cost]]


def whole(
    costs: Costs, first: Mapping[str, FirstRead | None], curves: Sequence[Curve]
) -> str:
    """The body of the section."""
    parts = [
        INTRO,
        cpu_table(costs),
        "Requests a second and times, over two connections:",
        speed_table(costs),
        "What the answers cost Redis:",
        store_table(costs),
        "Before anything is indexed:",
        first_table(first),
        "### Growth",
        "![CPU per request over runs and tests](growth.svg)",
        growth_table(curves, "runs"),
        growth_table(curves, "tests"),
    ]
    return "\n\n".join(parts)


def cpu_table(costs: Costs) -> str:
    """CPU of a request and the ratios that must be reached."""
    head = ["CPU ms per request", *SERVERS, "peer / production", "must", "reached"]
    floor = costs[FLOORS[1]]["production"]
    rows = [_floor_row(endpoint, costs[endpoint]) for endpoint in FLOORS]
    rows += [_cpu_row(each, costs[each], floor) for each in costs if each.must]
    return table([*head, "of the floor", "peer / simple"], rows)


def _floor_row(endpoint: Endpoint, costs: Mapping[str, Cost]) -> list[str]:
    return [endpoint.name, "", *(f"{costs[each].cpu:.2f}" for each in LAYOUTS)] + (
        [""] * 5
    )


def _cpu_row(endpoint: Endpoint, costs: Mapping[str, Cost], floor: Cost) -> list[str]:
    gained = ratio(costs["peer"], costs["production"])
    of_floor = costs["production"].cpu / (floor.cpu or TICK_MS)
    near = f" ({_yes(of_floor <= NEAR_FLOOR)})" if endpoint.in_floor else ""
    return [
        endpoint.name,
        *(f"{costs[server].cpu:.2f}" for server in SERVERS),
        f"**{gained:.1f}**",
        _wanted(endpoint),
        _yes(gained >= (endpoint.must or 0)),
        f"{of_floor:.1f}{near}",
        f"{ratio(costs['peer'], costs['simple']):.1f}",
    ]


def _wanted(endpoint: Endpoint) -> str:
    stretch = f" ({endpoint.stretch:g})" if endpoint.stretch else ""
    return f">= {endpoint.must or 0:,g}{stretch}"


def _yes(reached: bool) -> str:
    return "yes" if reached else "no"


def speed_table(costs: Costs) -> str:
    """Requests a second and how long one takes, over two connections."""
    head = [""]
    for server in SERVERS:
        head += [f"{server}: requests/s", "p50 / p99 ms"]
    rows = [
        [endpoint.name, *(cell for server in SERVERS for cell in _speed(each, server))]
        for endpoint, each in costs.items()
    ]
    return table(head, rows)


def _speed(costs: Mapping[str, Cost], server: str) -> list[str]:
    if server not in costs:
        return ["", ""]
    cost = costs[server]
    rate = f"{cost.rate:,.0f}" if cost.rate >= 10 else f"{cost.rate:.1f}"
    return [rate, f"{cost.took(0.5):.1f} / {cost.took(0.99):.1f}"]


def store_table(costs: Costs) -> str:
    """What a request costs Redis: bytes that it sends, and its own CPU."""
    compared = ("peer", "production")
    head = ["", *(f"{each}: KB from Redis" for each in compared)]
    head += [f"{each}: CPU ms of Redis" for each in compared]
    rows = [
        [
            endpoint.name,
            *(f"{each[server].store_bytes / 1e3:,.1f}" for server in compared),
            *(f"{each[server].store_cpu:.2f}" for server in compared),
        ]
        for endpoint, each in costs.items()
        if endpoint.must
    ]
    return table(head, rows)


def first_table(reads: Mapping[str, FirstRead | None]) -> str:
    head = ["first read of 2,880 x 50 KB", "seconds", "CPU seconds", "503 before"]
    rows = [
        (
            [name, f"{read.seconds:.2f}", f"{read.cpu_seconds:.2f}", str(read.refused)]
            if read
            else [name, "none in 60 s", "", ""]
        )
        for name, read in reads.items()
    ]
    return table(head, rows)


def growth_table(curves: Sequence[Curve], over: str) -> str:
    """CPU of a request by size; `spread` is its largest to its smallest."""
    some = [curve for curve in curves if curve.over == over]
    sizes = [f"{size:,} {over}" for size in some[0].sizes]
    rows = [
        [f"{curve.name}, {server}", *map(_cell, curve.cpu_ms(server)), _spread(figures)]
        for curve in some
        for server in SERVERS
        for figures in [curve.cpu_ms(server)]
    ]
    return table(["CPU ms per request", *sizes, "spread"], rows)


def _cell(cpu_ms: float | None) -> str:
    return "no answer" if cpu_ms is None else f"{cpu_ms:,.2f}"


def _spread(figures: Sequence[float | None]) -> str:
    known = [figure for figure in figures if figure]
    if len(known) < len(figures):
        return ""
    return f"{max(known) / min(known):,.2f}"
