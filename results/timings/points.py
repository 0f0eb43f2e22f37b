"""The timing points that a `TimingPageQuery` asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from results.history import History
from results.range_parameters import has_range, time_range
from results.repository import ResultRepository
from results.timings.downsampling import downsampled
from results.timings.parameters import has_outcomes


def asked_points(
    repository: ResultRepository, test_id: str, query: dict[str, Any], now: datetime
) -> History[Any]:
    """Timing points, with outcomes where the query says so."""
    told = has_outcomes(query)
    if not has_range(query):
        return (
            repository.timing_outcomes(test_id, None)
            if told
            else repository.timing(test_id)
        )
    within = time_range(query, now)
    if "downsample" in query:
        return downsampled(repository, test_id, within)
    return repository.timing_outcomes(test_id, within, told)
