"""A history folded into spans: neighbouring runs of one outcome, no long gap between.

Spans are what is kept of a history: their number follows the changes of state, not the
runs. What is folded are points of the run index: one a run, its newest copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

# A run's time in epoch seconds (of the years 1970-9999), its id, and whether it
# passed. Sorting puts runs of one time in the order of their ids: that of the model.
Point = tuple[float, str, bool]
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Span(NamedTuple):
    """Runs of one outcome in a row: how many, and the first and the last of them."""

    passed: bool
    runs: int
    first_at: datetime
    first_id: str
    last_at: datetime
    last_id: str


def fold(points: Iterable[Point], longest_gap: float) -> list[Span]:
    """Spans of sorted points, oldest first; a gap of more seconds parts two of them."""
    spans: list[Span] = []
    first: Point | None = None
    last, runs = (0.0, "", False), 0
    for point in points:
        gap = point[0] - last[0]
        if first is None or point[2] != last[2] or gap > longest_gap:
            spans += _span(first, last, runs)
            first, runs = point, 0
        last = point
        runs += 1
    return spans + _span(first, last, runs)


def joined(old: Sequence[Span], new: Sequence[Span], longest_gap: float) -> list[Span]:
    """The spans of a history of two parts, the older one first."""
    if not (old and new):
        return [*old, *new]
    before, after = old[-1], new[0]
    gap = (after.first_at - before.last_at).total_seconds()
    if before.passed != after.passed or gap > longest_gap:
        return [*old, *new]
    runs = before.runs + after.runs
    both = before._replace(runs=runs, last_at=after.last_at, last_id=after.last_id)
    return [*old[:-1], both, *new[1:]]


def cut(
    spans: Sequence[Span], oldest: Point, passed: int, failed: int
) -> tuple[Span, ...] | None:
    """The spans of what is left, so many runs of either outcome from `oldest` on, when
    only older ones went; None where these spans cannot be those of what is left."""
    since = time_of(oldest)
    start = (since, oldest[1])
    left = [span for span in spans if (span.last_at, span.last_id) >= start]
    if not left or left[0].passed != oldest[2] or left[0].first_at > since:
        return None
    first, others = left[0], left[1:]
    runs = {True: passed, False: failed}
    for span in others:
        runs[span.passed] -= span.runs
    begun = first._replace(runs=runs[oldest[2]], first_at=since, first_id=oldest[1])
    ends_with_it = (begun.first_at, begun.first_id) == (begun.last_at, begun.last_id)
    if runs[not oldest[2]] or not 1 <= begun.runs <= first.runs:
        return None
    return (begun, *others) if ends_with_it == (begun.runs == 1) else None


def time_of(point: Point) -> datetime:
    """When the run was, in UTC."""
    return _EPOCH + timedelta(seconds=point[0])


def _span(first: Point | None, last: Point, runs: int) -> list[Span]:
    if first is None:
        return []
    return [Span(last[2], runs, time_of(first), first[1], time_of(last), last[1])]
