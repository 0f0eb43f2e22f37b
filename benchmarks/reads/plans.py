"""How much is loaded, and how long it is measured."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.reads.measuring import Pace


@dataclass(frozen=True)
class Plan:
    """Sizes of the data, and the pace of the table and of the curves."""

    pace: Pace
    growth_pace: Pace
    large_runs: int
    tests: int
    runs_sizes: tuple[int, ...]
    tests_sizes: tuple[int, ...]


FULL = Plan(
    Pace(rounds=11, batch_seconds=0.5, fewest=3, most=2_000),
    Pace(rounds=7, batch_seconds=0.4, fewest=2, most=1_000),
    large_runs=2_880,
    tests=200,
    runs_sizes=(100, 1_000, 10_000, 100_000),
    tests_sizes=(10, 100, 1_000, 10_000),
)
# Proves that everything works, and measures nothing.
_BRIEFLY = Pace(rounds=1, batch_seconds=0.02, fewest=2, most=5)
QUICK = Plan(_BRIEFLY, _BRIEFLY, 30, 10, (10, 100), (20, 30))
