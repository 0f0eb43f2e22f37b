"""`python -m benchmarks.reads [--quick]`: ours beside the peer, to RESULTS.md."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.reads import report
from benchmarks.reads.agreeing import require_agreement
from benchmarks.reads.endpoints import FLOORS, Endpoint, endpoints
from benchmarks.reads.first_reads import first_reads
from benchmarks.reads.growth import Curve, have_tests, over_runs, over_tests
from benchmarks.reads.load import settle
from benchmarks.reads.measuring import Cost, measure_each
from benchmarks.reads.plans import FULL, QUICK, Plan
from benchmarks.reads.plot import draw
from benchmarks.reads.report import Figures
from benchmarks.reads.stage import Stage, stage
from benchmarks.reads.unchanged import unchanged
from benchmarks.results_page import PAGE, ROOT, tell, write_section

PLOT = PAGE.with_name("growth.svg")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reads")
    parser.add_argument(
        "--quick", action="store_true", help="see that it works; writes nothing"
    )
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        with stage(QUICK if quick else FULL, Path(folder)) as on:
            body, curves = run(on, QUICK if quick else FULL)
        print(body)
        draw(curves, Path(folder) / PLOT.name if quick else PLOT)
    if not quick:
        write_section("reads", "Reads, beside the plan written in FastAPI", body)


def run(on: Stage, plan: Plan) -> tuple[str, list[Curve]]:
    """All measurements: the report, and the curves of the plot."""
    rows = endpoints(plan.large_runs)
    large = next(row for row in rows if "50 KB" in row.name)
    first = first_reads(on.servers, large.path)
    have_tests(on.store, plan.tests, on.now)
    costs = _table(on, rows, plan)
    again = unchanged(on.servers["production"], on.store, rows, plan.growth_pace)
    shares = _shares(on, [row.path for row in (*FLOORS, *rows)])
    stage_of = (on.servers, on.store)
    curves = over_runs(*stage_of, plan.runs_sizes, plan.growth_pace, on.now)
    curves += over_tests(*stage_of, plan.tests_sizes, plan.growth_pace, on.now)
    return report.whole(Figures(costs, again, first, curves, shares)), curves


def _shares(on: Stage, paths: list[str]) -> str:
    """The profile by package, from a process of its own."""
    tell("profile")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reads.profiling", *paths],
        cwd=ROOT,
        env=os.environ | on.env,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def _table(
    on: Stage, rows: Sequence[Endpoint], plan: Plan
) -> dict[Endpoint, dict[str, Cost]]:
    """All rows; the peer has no floor, and everything else must agree with it."""
    for row in rows:
        tell(row.name)
        for server in on.servers.values():
            settle(server.url, row.path)
        urls = [server.url for server in on.ours.values()]
        require_agreement(on.servers["peer"].url, urls, row.path)
    tell("all of them, in turns")
    asked = {row.path: on.ours for row in FLOORS}
    asked |= {row.path: on.servers for row in rows}
    costs = measure_each(asked, on.store, plan.pace)
    return {row: costs[row.path] for row in (*FLOORS, *rows)}


if __name__ == "__main__":
    main()
