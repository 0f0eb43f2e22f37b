"""`python -m benchmarks.reliability`: the long lane, its rows, and the page of them."""

from __future__ import annotations

import argparse
import sys

from benchmarks.reliability import page
from benchmarks.reliability.lanes import lanes
from benchmarks.reliability.rows import Row, keep
from benchmarks.results_page import tell

QUICK = 0.02


def main() -> int:
    """Run what was asked for; 1 when something asked was not met."""
    asked = arguments()
    if asked.list:
        print("\n".join(lanes()))
        return 0
    found: list[Row] = []
    for name in [] if asked.page else asked.only or lanes():
        tell(f"{name} ...")
        found += _run(name, asked.quick)
    if not asked.quick:
        page.write()
    return int(any(row.met is False for row in found))


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability")
    parser.add_argument("--only", nargs="+", choices=lanes(), metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="small, keeps nothing")
    parser.add_argument("--page", action="store_true", help="only make the page")
    parser.add_argument("--list", action="store_true", help="name the lanes")
    return parser.parse_args()


def _run(name: str, is_quick: bool) -> list[Row]:
    rows = lanes()[name](QUICK if is_quick else 1.0)
    for row in rows:
        kept = row if is_quick else keep(row)
        verdict = {True: "met", False: "NOT MET", None: "measured"}[kept.met]
        print(f"{kept.test}: {kept.sentence()} ({verdict})", flush=True)
    return rows


if __name__ == "__main__":
    sys.exit(main())
