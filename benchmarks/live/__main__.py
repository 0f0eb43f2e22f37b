"""`python -m benchmarks.live`: every scenario, its table, and its part of RESULTS.md.

Needs Linux, `benchmarks/requirements.txt` beside the product's, and about ten minutes
of a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import time
from collections.abc import Iterator, Sequence

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.live.figures import Row
from benchmarks.live.scenarios import Scenario, scenarios
from benchmarks.live.scenarios.sizes import Scale
from benchmarks.results_page import table, write_section

HEAD = ("Scenario", "Figure", "Asked", "Measured", "Met", "Polling once a second")
QUICK = Scale(0.1)
WIDE = 200
ABOUT = """\
`.venv/bin/python -m benchmarks.live`. Server, store, writer and all clients share the
machine, so delays are upper bounds. The last column is the same figure of a FastAPI
endpoint that asks Redis once a second for each client, in the same run, and how many
times ours that is. Exact: every event once and in order, compared with `XRANGE`."""


def main() -> None:
    """Run what was asked for; only a whole run is written to the page."""
    asked = arguments()
    gc.disable()
    about = f"{ABOUT}\n{began()}"
    is_whole = not asked.only and not asked.quick
    rows: list[Row] = []
    for more in run(asked.only or list(scenarios()), QUICK if asked.quick else Scale()):
        rows += more
        if is_whole:
            # After each: a run that is interrupted keeps what it has.
            write_section("live", "The live feed", f"{about}\n\n{markdown(rows)}")
    show(rows)


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live")
    parser.add_argument("--only", nargs="+", choices=scenarios(), metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    return parser.parse_args()


def began() -> str:
    """What else the machine did, and whether that had to stand back."""
    load, nice = os.getloadavg()[0], os.nice(0)
    priority = f", all of it ran at nice {nice}" if nice else ""
    return f"The load was {load:.1f} when it began{priority}."


def run(names: list[str], scale: Scale) -> Iterator[list[Row]]:
    """The rows of these scenarios, one after the other."""
    console = Console(stderr=True)
    for name in names:
        since, load = time.monotonic(), os.getloadavg()[0]
        yield play(scenarios()[name], scale)
        seconds = time.monotonic() - since
        console.print(f"{name}: {seconds:.0f} s, load {load:.1f} at its start")
        gc.collect()


def play(scenario: Scenario, scale: Scale) -> list[Row]:
    """One scenario in a loop of its own."""

    async def whole() -> list[Row]:
        return await scenario(scale)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(whole())


def cells(rows: list[Row]) -> Sequence[tuple[str, ...]]:
    """The table's lines; a scenario is named once."""
    named, lines = "", []
    for row in rows:
        name = row.scenario if row.scenario != named else ""
        named = row.scenario
        line = (name, row.figure, row.asked, row.measured, row.verdict, row.polling)
        lines.append(line)
    return lines


def show(rows: list[Row]) -> None:
    """The table on the terminal; a file is given lines as long as they need be."""
    shown = Table(*HEAD)
    for line in cells(rows):
        shown.add_row(*line)
    Console(width=None if sys.stdout.isatty() else WIDE).print(shown)


def markdown(rows: list[Row]) -> str:
    """The table for the page."""
    return table(HEAD, cells(rows))


if __name__ == "__main__":
    main()
