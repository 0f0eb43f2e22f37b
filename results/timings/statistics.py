"""The statistics of a test's durations over a range of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from results.analysis.buckets import INTERVALS, MOST, clock_edges, fitting_edges
from results.analysis.durations import (
    Bucket,
    DurationStats,
    OutcomePoint,
    bucketed,
    duration_stats,
    each_once,
)
from results.analysis.ranges import TimeRange

DEFAULT_POINTS = 200
_MOMENT = timedelta(microseconds=1)


class TooManyBuckets(ValueError):
    """The interval is too short for the range."""


@dataclass(frozen=True, slots=True)
class StatsQuestion:
    """`outcome` is `passed`, `failed` or `all`; without an `interval` the shortest
    that needs at most `max_points` buckets."""

    within: TimeRange
    outcome: str
    percentiles: tuple[int, ...]
    interval: str | None
    max_points: int
    zone: tzinfo


class TimingStats(NamedTuple):
    """Durations in milliseconds; `interval_s` is None where there is no bucket."""

    test_id: str
    start: datetime | None
    end: datetime
    outcome: str
    stats: DurationStats
    interval_s: int | None
    tz: str
    buckets: list[Bucket]
    skipped: int
    data_from: datetime | None


def timing_stats(
    test_id: str,
    asked: StatsQuestion,
    points: Sequence[OutcomePoint],
    skipped: int,
    data_from: datetime | None,
) -> TimingStats:
    """The statistics of all points of the range, newest first; of a run id that is
    there twice the newer one counts. Raises `TooManyBuckets`."""
    counted = [p for p in each_once(points) if asked.outcome in ("all", p.outcome)]
    step, edges = _edges(asked, points)
    return TimingStats(
        test_id=test_id,
        start=asked.within.start,
        end=asked.within.end,
        outcome=asked.outcome,
        stats=duration_stats([p.duration_ms for p in counted], asked.percentiles),
        interval_s=None if step is None else int(step.total_seconds()),
        tz=str(asked.zone),
        # What reaches beyond now, or beyond the range, may get more runs elsewhere.
        buckets=bucketed(counted, edges, asked.percentiles, asked.within.end),
        skipped=skipped,
        data_from=data_from,
    )


def _edges(
    asked: StatsQuestion, points: Sequence[OutcomePoint]
) -> tuple[timedelta | None, list[datetime]]:
    """From the start of the range, or its oldest point, to its end or later points."""
    known = [point.timestamp for point in points if point.timestamp is not None]
    start, end = asked.within.start, asked.within.end
    if start is None:
        if not known:
            return None, []
        start = min(known)
    end = max([end, *(time + _MOMENT for time in known)])
    if asked.interval is None:
        return fitting_edges(start, end, asked.max_points, asked.zone)
    step = INTERVALS[asked.interval]
    if (end - start) / step > MOST:
        raise TooManyBuckets(f"At most {MOST:,} buckets: choose a longer interval.")
    return step, clock_edges(start, end, step, asked.zone)
