"""A range of timing points as so few that a chart can show."""

from __future__ import annotations

from datetime import datetime

from results.analysis.durations import OutcomePoint
from results.analysis.lttb import kept_places
from results.analysis.ranges import TimeRange
from results.domain import Page
from results.history import History
from results.repository import ResultRepository


def downsampled(
    repository: ResultRepository, test_id: str, within: TimeRange
) -> History[OutcomePoint]:
    """One page of at most `limit` points, newest first; `total` counts all of them."""

    def fetch(_offset: int, limit: int) -> Page[OutcomePoint]:
        found = repository.range_points(test_id, within)
        points = [p for p in found.points if p.timestamp is not None]
        spots = [(_seconds(p.timestamp), float(p.duration_ms)) for p in points]
        kept = [points[place] for place in kept_places(spots, limit)]
        total = len(found.points) + found.skipped
        return Page(kept, total, found.skipped, data_from=found.data_from)

    return History(fetch)


def _seconds(time: datetime | None) -> float:
    return time.timestamp() if time else 0.0
