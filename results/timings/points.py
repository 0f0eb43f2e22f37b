"""The timing points that a `TimingPageQuery` asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from results.history import History
from results.range_parameters import has_range, time_range
from results.repository import ResultRepository
from results.timings.downsampling import downsampled
from results.timings.parameters import is_plain


def asked_points(
    repository: ResultRepository, test_id: str, query: dict[str, Any], now: datetime
) -> History[Any]:
    """Timing points or, unless the query is plain, points with outcomes."""
    if is_plain(query):
        return repository.timing(test_id)
    within = time_range(query, now) if has_range(query) else None
    if within is not None and "downsample" in query:
        return downsampled(repository, test_id, within)
    return repository.timing_outcomes(test_id, within)
