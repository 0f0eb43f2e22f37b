"""The runs beside a run: before it, after it, and the last one before that passed."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Neighbour(NamedTuple):
    """A run in brief; its time is None outside the years 1970-9999."""

    run_id: str
    passed: bool
    timestamp: datetime | None
    duration_ms: int | float | None


class Neighbours(NamedTuple):
    """In the order of time, runs of one time in that of their ids; None at the ends."""

    previous: Neighbour | None
    next: Neighbour | None
    last_passed: Neighbour | None
