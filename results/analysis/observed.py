"""What was read about a test to tell how reliable it was."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from results.analysis.expected import RECENT_RUNS, expected_interval
from results.analysis.ranges import TimeRange
from results.analysis.spans import Point, fold, time_of
from results.analysis.timeline import KNOWN_INTERVALS, Timeline


class RunCounts(NamedTuple):
    """Runs of a range of time by outcome, each run id once."""

    passed: int
    failed: int

    @property
    def total(self) -> int:
        return self.passed + self.failed


class Observed(NamedTuple):
    """The timeline of a test, the runs of each range that was asked for, and its newest
    50 runs (or as many as there are), oldest first."""

    test_id: str
    timeline: Timeline
    counts: tuple[RunCounts, ...] = ()
    newest: tuple[Point, ...] = ()

    def of(self, some: slice) -> Observed:
        """The same test with the counts of some of the ranges."""
        return Observed(self.test_id, self.timeline, self.counts[some], self.newest)


def timeline_of(points: Sequence[Point], schedule: str | None) -> Timeline:
    """The timeline of sorted points, each run once, none beyond the clock skew."""
    expected = expected_interval(
        schedule, [point[0] for point in points[-RECENT_RUNS:]]
    )
    longest_gap = (KNOWN_INTERVALS * expected).total_seconds()
    return Timeline(fold(points, longest_gap), expected)


def counted(points: Sequence[Point], ranges: Sequence[TimeRange]) -> list[RunCounts]:
    """The runs of each range, from all points, sorted."""
    times = [time_of(point) for point in points]
    passed = [0, *accumulate(point[2] for point in points)]
    found = []
    for asked in ranges:
        first = 0 if asked.start is None else bisect_left(times, asked.start)
        find = bisect_right if asked.is_trailing else bisect_left
        last = max(first, find(times, asked.runs_end))
        good = passed[last] - passed[first]
        found.append(RunCounts(good, last - first - good))
    return found
