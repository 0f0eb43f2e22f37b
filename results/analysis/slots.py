"""A history in days or hours of a time zone, of which some have 23 hours, or 25."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from results.analysis.observed import Observed, RunCounts
from results.analysis.ranges import TimeRange
from results.analysis.shares import percent
from results.analysis.timeline import StateTime

UTC = timezone.utc
NO_DATA, UP, DOWN, PARTIAL = "no_data", "up", "down", "partial"
DAY, HOUR = "day", "hour"
# The most slots of a kind.
MOST = {DAY: 366, HOUR: 336}
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour or a day: from `start` (included) to `end`, also where that is ahead."""

    start: datetime
    end: datetime
    runs: RunCounts
    states: StateTime

    @property
    def run_pct(self) -> float | None:
        return percent(self.runs.passed, self.runs.total)

    @property
    def state(self) -> str:
        """`no_data`: no run, and no second known. `up`: neither a failed run nor a
        second down. `down`: neither a passed run nor a second up. Else `partial`."""
        has_good = bool(self.runs.passed or self.states.up)
        has_bad = bool(self.runs.failed or self.states.down)
        if has_good and has_bad:
            return PARTIAL
        if not (has_good or has_bad):
            return NO_DATA
        return UP if has_good else DOWN


def edges(bucket: str, count: int, zone: tzinfo, now: datetime) -> list[datetime]:
    """The bounds of the last `count` hours or days, in UTC, oldest first; the last
    one, in which now lies, ends where it will end."""
    return _days(count, zone, now) if bucket == DAY else _hours(count, zone, now)


def slot_ranges(bounds: Sequence[datetime], now: datetime) -> list[TimeRange]:
    """What each slot covers; the last one has the runs that a clock ahead of ours
    dates beyond now, as a window that ends now has."""
    pairs = list(zip(bounds, bounds[1:], strict=False))
    closed = [TimeRange.between(start, end, now) for start, end in pairs[:-1]]
    return closed + [TimeRange.between(start, None, now) for start, _ in pairs[-1:]]


def slots(
    observed: Observed, bounds: Sequence[datetime], ranges: Sequence[TimeRange]
) -> list[Slot]:
    """A slot between each two bounds, given that the test was observed in them."""
    pairs = zip(bounds, bounds[1:], ranges, observed.counts, strict=False)
    line = observed.timeline
    return [
        Slot(start, end, runs, line.states(start, asked.end))
        for start, end, asked, runs in pairs
    ]


def _days(count: int, zone: tzinfo, now: datetime) -> list[datetime]:
    today = now.astimezone(zone).date()
    days = (today - timedelta(days=ago) for ago in range(count - 1, -2, -1))
    return [_midnight(day, zone) for day in days]


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of the day: where clocks skip midnight, the end of the gap."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _hours(count: int, zone: tzinfo, now: datetime) -> list[datetime]:
    """Full hours of the zone's clock, which may be half an hour off those of UTC."""
    local = now.astimezone(zone)
    into = timedelta(
        minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
    last = (now - into).astimezone(UTC)
    return [last - ago * _HOUR for ago in range(count - 1, -2, -1)]
