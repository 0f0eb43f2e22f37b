"""How long runs took, in milliseconds: statistics over all, and by stretch of time."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from results.analysis.percentiles import percentile
from results.domain import TimingPoint

Duration = int | float


class OutcomePoint(NamedTuple):
    """A timing point, and whether its run passed; None where nobody knows."""

    timestamp: datetime | None
    duration_ms: Duration
    run_id: str | None
    passed: bool | None

    @classmethod
    def of(cls, point: TimingPoint, passed: bool | None) -> OutcomePoint:
        return cls(*point, passed)

    @property
    def outcome(self) -> str | None:
        """`passed` or `failed`; None where nobody knows."""
        if self.passed is None:
            return None
        return "passed" if self.passed else "failed"


@dataclass(frozen=True, slots=True)
class DurationStats:
    """All None but the count where there was no run: nothing is not zero.

    `percentiles` are by nearest rank, by their names (`p95`).
    """

    count: int
    min: Duration | None
    max: Duration | None
    mean: float | None
    percentiles: Mapping[str, Duration | None]


class Bucket(NamedTuple):
    """The runs from `start` (included) to `end`; `unfinished` where more may come."""

    start: datetime
    end: datetime
    unfinished: bool
    stats: DurationStats


def duration_stats(
    durations: Sequence[Duration], percentiles: Sequence[int]
) -> DurationStats:
    """The statistics of durations in any order."""
    ascending = sorted(durations)
    count = len(ascending)
    return DurationStats(
        count=count,
        min=ascending[0] if count else None,
        max=ascending[-1] if count else None,
        mean=round(math.fsum(ascending) / count, 3) if count else None,
        percentiles={f"p{of}": percentile(ascending, of) for of in percentiles},
    )


def each_once(points: Sequence[OutcomePoint]) -> list[OutcomePoint]:
    """Of points that carry the same run id the newest alone; `points` newest first."""
    known: set[str] = set()
    found = []
    for point in points:
        if point.run_id is None or point.run_id not in known:
            found.append(point)
        if point.run_id is not None:
            known.add(point.run_id)
    return found


def bucketed(
    points: Sequence[OutcomePoint],
    edges: Sequence[datetime],
    percentiles: Sequence[int],
    end: datetime,
) -> list[Bucket]:
    """A bucket between each two edges, which have every point between them; what
    reaches beyond the end is unfinished."""
    durations: list[list[Duration]] = [[] for _ in edges[1:]]
    for point in points:
        if point.timestamp is not None:
            place = bisect_right(edges, point.timestamp) - 1
            durations[place].append(point.duration_ms)
    return [
        Bucket(start, until, until > end, duration_stats(found, percentiles))
        for start, until, found in zip(edges, edges[1:], durations, strict=False)
    ]
