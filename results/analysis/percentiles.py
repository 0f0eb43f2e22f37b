"""Percentiles by nearest rank: always a value that was measured, never one between."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(ascending: Sequence[float], of_hundred: float) -> float | None:
    """The value that so many of a hundred do not exceed; None without any."""
    if not ascending:
        return None
    rank = math.ceil(len(ascending) * of_hundred / 100)
    return ascending[max(0, rank - 1)]
