"""`python -m benchmarks.analysis [--quick]`: to RESULTS.md."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from redis import Redis

from benchmarks.analysis.questions import OVER_RUNS, OVER_TESTS
from benchmarks.layouts import unit_command
from benchmarks.processes import ServerProcess
from benchmarks.reads.data_sets import load_runs
from benchmarks.reads.endpoints import SMALL_BYTES
from benchmarks.reads.growth import Curve, Servers, in_turns, measured
from benchmarks.reads.measuring import Pace
from benchmarks.reads.side_tables import growth_table
from benchmarks.results_page import write_section
from results.embedded import start_server

QUARTER = 900.0
RUNS_A_TEST, BYTES_A_RUN = 100, 1_000
SERVERS = ("production",)
INTRO = """\
`python -m benchmarks.analysis`: the command of `deploy/monitor-api.service` with one
worker over a private store. CPU is user and system time of the server's process tree.
Each test runs every 15 minutes and fails every tenth time, so that a longer history
reaches further back and a window holds the same; a window of 90 days is full with
8,640 runs. What a process has not read before costs it once: it is asked before it
is measured."""


@dataclass(frozen=True)
class Plan:
    """Sizes, and the pace."""

    pace: Pace
    runs_sizes: tuple[int, ...]
    tests_sizes: tuple[int, ...]


FULL = Plan(Pace(5, 0.4, 2, 1_000), (100, 1_000, 10_000, 100_000), (10, 100, 1_000))
# Proves that everything works, and measures nothing.
QUICK = Plan(Pace(1, 0.02, 2, 5), (10, 100), (5, 10))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.analysis")
    parser.add_argument(
        "--quick", action="store_true", help="see that it works; writes nothing"
    )
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        body = run(Path(folder), QUICK if quick else FULL)
    print(body)
    if not quick:
        write_section("analysis", "Analysis", body)


def run(folder: Path, plan: Plan) -> str:
    """All measurements, as the section's body."""
    with running(folder / "runs") as (servers, store):
        runs = over_runs(servers, store, plan)
    with running(folder / "tests") as (servers, store):
        tests = over_tests(servers, store, plan)
    tables = [
        growth_table(runs, "runs", SERVERS),
        growth_table(tests, "tests", SERVERS),
    ]
    return "\n\n".join([INTRO, *tables])


@contextlib.contextmanager
def running(folder: Path) -> Iterator[tuple[Servers, Redis]]:
    """A server over an empty store, on loopback."""
    folder.mkdir()
    kept = start_server(folder / "store", persist=False)
    command = unit_command("monitor-api", port="{port}", workers="1")
    env = {"REDIS_URL": kept.url}
    try:
        with (
            Redis.from_url(kept.url) as store,
            ServerProcess(command, folder / "server.log", env) as server,
        ):
            yield {"production": server}, store
    finally:
        kept.stop()


def over_runs(servers: Servers, store: Redis, plan: Plan) -> list[Curve]:
    """A test for each size."""
    now = time.time()
    for size in plan.runs_sizes:
        load_runs(store, f"every{size}", size, SMALL_BYTES, now, QUARTER)
    return [
        in_turns(Curve(name, "runs", plan.runs_sizes), servers, store, path, plan.pace)
        for name, path in OVER_RUNS.items()
    ]


def over_tests(servers: Servers, store: Redis, plan: Plan) -> list[Curve]:
    """More and more tests, each question asked at each size."""
    curves = {name: Curve(name, "tests", plan.tests_sizes) for name in OVER_TESTS}
    had, now = 0, time.time()
    for size in plan.tests_sizes:
        for number in range(had, size):
            load_runs(store, f"t{number:06}", RUNS_A_TEST, BYTES_A_RUN, now, QUARTER)
        had = size
        for name, path in OVER_TESTS.items():
            one = Curve(name, "tests", (size,))
            found = measured(one, servers, store, partial(_always, path), plan.pace)
            for server, costs in found.costs.items():
                curves[name].costs.setdefault(server, []).extend(costs)
    return list(curves.values())


def _always(path: str, _size: int) -> str:
    return path


if __name__ == "__main__":
    main()
