"""What was read about a test to tell how reliable it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from results.analysis.expected import RECENT_RUNS, expected_interval
from results.analysis.ranges import TimeRange
from results.analysis.spans import Point, fold, time_of
from results.analysis.timeline import KNOWN_INTERVALS, Timeline


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Runs of a range of time by outcome, each run id once."""

    passed: int
    failed: int

    @property
    def total(self) -> int:
        return self.passed + self.failed


@dataclass(frozen=True, slots=True)
class Observed:
    """The timeline of a test, the runs of each range that was asked for, and its newest
    50 runs (or as many as there are), oldest first."""

    test_id: str
    timeline: Timeline
    counts: tuple[RunCounts, ...] = ()
    newest: tuple[Point, ...] = ()


def timeline_of(points: Sequence[Point], schedule: str | None) -> Timeline:
    """The timeline of sorted points, each run once, none beyond the clock skew."""
    expected = expected_interval(
        schedule, [point[0] for point in points[-RECENT_RUNS:]]
    )
    longest_gap = (KNOWN_INTERVALS * expected).total_seconds()
    return Timeline(fold(points, longest_gap), expected)


def counted(points: Iterable[Point], ranges: Sequence[TimeRange]) -> list[RunCounts]:
    """The runs of each range, from all points."""
    rows = [(time_of(point), point[2]) for point in points]
    found = []
    for asked in ranges:
        inside = [passed for time, passed in rows if asked.has_run(time)]
        found.append(RunCounts(inside.count(True), inside.count(False)))
    return found
