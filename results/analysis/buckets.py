"""Stretches of a range that begin where a clock on the wall shows a round time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone, tzinfo

UTC = timezone.utc
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
INTERVALS = {
    "5m": timedelta(minutes=5),
    "10m": timedelta(minutes=10),
    "15m": timedelta(minutes=15),
    "30m": timedelta(minutes=30),
    "1h": HOUR,
    "2h": 2 * HOUR,
    "3h": 3 * HOUR,
    "6h": 6 * HOUR,
    "12h": 12 * HOUR,
    "1d": DAY,
}
# The most buckets of one answer.
MOST = 2000


def clock_edges(
    start: datetime, end: datetime, step: timedelta, zone: tzinfo
) -> list[datetime]:
    """The bounds, in UTC, of buckets that cover all from `start` to `end` (excluded).

    Days of some zones have 23 or 25 hours: steps of hours keep to the clock there,
    shorter ones to the time that passes.
    """
    found: list[datetime] = []
    for edge in _edges_from(start.astimezone(zone).date(), step, zone):
        if edge <= start:
            found = [edge]
        else:
            found.append(edge)
        if edge >= end and len(found) > 1:
            break
    return found


def fitting_edges(
    start: datetime, end: datetime, most: int, zone: tzinfo
) -> tuple[timedelta, list[datetime]]:
    """The shortest step that needs at most so many buckets, and their bounds."""
    for step in _steps():
        if (end - start) / step <= most:
            edges = clock_edges(start, end, step, zone)
            if len(edges) - 1 <= most:
                return step, edges
    raise AssertionError("steps grow without end")


def _steps() -> Iterator[timedelta]:
    yield from INTERVALS.values()
    days = 2
    while True:
        yield days * DAY
        days += 1


def _edges_from(day: date, step: timedelta, zone: tzinfo) -> Iterator[datetime]:
    """All edges from the one at or before the day's first moment on."""
    days = max(1, step // DAY)
    day -= timedelta(days=day.toordinal() % days)
    while True:
        following = day + timedelta(days=days)
        first, last = _moment(day, timedelta(), zone), _moment(
            following, timedelta(), zone
        )
        yield first
        yield from _inside(day, first, last, step, zone)
        day = following


def _inside(
    day: date, first: datetime, last: datetime, step: timedelta, zone: tzinfo
) -> Iterator[datetime]:
    """Edges within a day."""
    edge = first
    for count in range(1, DAY // step if step < DAY else 1):
        if step > HOUR:
            following = _moment(day, count * step, zone)
        else:
            following = first + count * step
        if edge < following < last:
            yield following
            edge = following
    if step <= HOUR:
        # A day of 25 hours.
        while (edge := edge + step) < last:
            yield edge


def _moment(day: date, clock: timedelta, zone: tzinfo) -> datetime:
    """When the zone's clocks first show that time, or skip it."""
    midnight = datetime.combine(day, time())
    return (midnight + clock).replace(tzinfo=zone).astimezone(UTC)
