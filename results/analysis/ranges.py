"""Stretches of time that a question is about.

Origin: CONTRACT, a window is [now - h, now + 300 s]; a range with bounds of its own is
half-open. Seconds of state end at now in either case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from results.domain import CLOCK_SKEW


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `start` (included; None is the oldest kept run) on, as seen at `now`.

    `end` is where seconds of state end: not after now, unless all of it is. Runs count
    up to `runs_end`, which is included in a trailing range (`is_trailing`) and excluded
    in a bounded one; what lies beyond now plus the clock skew never counts.
    """

    start: datetime | None
    end: datetime
    runs_end: datetime
    is_trailing: bool

    @classmethod
    def trailing(cls, length: timedelta, now: datetime) -> TimeRange:
        """A window of this length that ends now."""
        return cls._until_now(now - length, now)

    @classmethod
    def between(
        cls, start: datetime | None, end: datetime | None, now: datetime
    ) -> TimeRange:
        """Half-open; without an `end`, or with one that is too late, it ends now."""
        if end is None or end > now + CLOCK_SKEW:
            return cls._until_now(start, now)
        ends = cls._not_before(start, min(end, now))
        return cls(start, ends, end, is_trailing=False)

    def has_run(self, time: datetime) -> bool:
        """Whether a run of this time counts."""
        if self.start is not None and time < self.start:
            return False
        return time < self.runs_end or (self.is_trailing and time == self.runs_end)

    @classmethod
    def _until_now(cls, start: datetime | None, now: datetime) -> TimeRange:
        ends = cls._not_before(start, now)
        return cls(start, ends, now + CLOCK_SKEW, is_trailing=True)

    @staticmethod
    def _not_before(start: datetime | None, end: datetime) -> datetime:
        """A start that is ahead of now, as clocks may be, ends where it begins."""
        return end if start is None else max(start, end)
