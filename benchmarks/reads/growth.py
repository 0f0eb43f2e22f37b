"""How a read's cost grows with the history, and with the number of tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from redis import Redis

from benchmarks.processes import ServerProcess
from benchmarks.reads.data_sets import load_runs, load_tests, run_id_of
from benchmarks.reads.endpoints import SMALL_BYTES
from benchmarks.reads.load import Unanswered, settle
from benchmarks.reads.measuring import Cost, Pace, measure, measure_each
from benchmarks.results_page import tell

Servers = Mapping[str, ServerProcess]


@dataclass
class Curve:
    """One endpoint over growing sizes: for each server its costs, None where it
    gave no answer."""

    name: str
    over: str
    sizes: Sequence[int]
    costs: dict[str, list[Cost | None]] = field(default_factory=dict)

    def cpu_ms(self, server: str) -> list[float | None]:
        return [cost.cpu if cost else None for cost in self.costs[server]]


def over_runs(
    servers: Servers, store: Redis, sizes: Sequence[int], pace: Pace, now: float
) -> list[Curve]:
    """Histories of 2 KB runs over 720 hours, a test for each size."""
    for size in sizes:
        load_runs(store, f"runs{size}", size, SMALL_BYTES, now)
    paths: dict[str, Callable[[int], str]] = {
        "uptime 720 h": lambda size: f"/api/tests/runs{size}/uptime?hours=720",
        "run by id": lambda size: f"/api/tests/runs{size}/results/{_middle(size)}",
        "results, 20": lambda size: f"/api/tests/runs{size}/results?limit=20",
    }
    return [
        in_turns(Curve(name, "runs", sizes), servers, store, path, pace)
        for name, path in paths.items()
    ]


def over_tests(
    servers: Servers, store: Redis, sizes: Sequence[int], pace: Pace, now: float
) -> list[Curve]:
    """The dashboard over growing numbers of tests."""

    def path(size: int) -> str:
        have_tests(store, size, now)
        return "/api/dashboard"

    return [measured(Curve("dashboard", "tests", sizes), servers, store, path, pace)]


def have_tests(store: Redis, size: int, now: float) -> None:
    """So many tests in all; those that have runs stay."""
    stored: list[Any] = sorted(store.smembers("tests:all"))
    ours = [each for each in stored if each.startswith(b"t")]
    wanted = size - (len(stored) - len(ours))
    load_tests(store, [f"t{number:07d}" for number in range(len(ours), wanted)], now)
    if surplus := ours[wanted:]:
        store.srem("tests:all", *surplus)
        store.delete(*(b"test:" + each for each in surplus))


def _middle(size: int) -> str:
    return run_id_of(size // 2)


def in_turns(
    curve: Curve,
    servers: Servers,
    store: Redis,
    path: Callable[[int], str],
    pace: Pace,
) -> Curve:
    """The curve with the cost of `path(size)` at each of its sizes, which take turns:
    what the machine does meanwhile must not look like growth."""
    tell(f"{curve.name}, {', '.join(f'{size:,}' for size in curve.sizes)}")
    paths = [path(size) for size in curve.sizes]
    for name, server in servers.items():
        known = [where for where in paths if _answers(server, where)]
        found = measure_each({p: {name: server} for p in known}, store, pace)
        curve.costs[name] = [found[p][name] if p in found else None for p in paths]
    return curve


def measured(
    curve: Curve,
    servers: Servers,
    store: Redis,
    path: Callable[[int], str],
    pace: Pace,
) -> Curve:
    """The curve with the cost of `path(size)` at each of its sizes."""
    for size in curve.sizes:
        where = path(size)
        tell(f"{curve.name}, {size:,} {curve.over}")
        answering = {
            name: server for name, server in servers.items() if _answers(server, where)
        }
        costs = measure(answering, store, where, pace)
        for name in servers:
            curve.costs.setdefault(name, []).append(costs.get(name))
    return curve


def _answers(server: ServerProcess, path: str) -> bool:
    try:
        settle(server.url, path)
    except Unanswered:
        return False
    return True
