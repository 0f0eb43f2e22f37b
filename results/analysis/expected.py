"""How often a test is expected to run.

Origin: the longest gap between neighbouring firings of its cron (UTC) in the week from
2024-01-01, or, with fewer than two gaps there, among the first 12 gaps after it.
Without a valid cron, the median gap of the last 50 runs; with under two runs, a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from itertools import islice, pairwise
from statistics import median

from cronsim import CronSim, CronSimError

from results.metrics import LONGEST_SCHEDULE

WEEK = datetime(2024, 1, 1, tzinfo=timezone.utc)
WEEK_DAYS = 7
FEWEST_GAPS = 2
GAPS_AFTER = 12
# How many of the newest runs say how often a test without a cron runs.
RECENT_RUNS = 50
WITHOUT_RUNS = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def expected_interval(schedule: str | None, recent: Sequence[float]) -> timedelta:
    """The expected time between two runs; `recent` are the times of (at least) the
    newest 50 runs, in epoch seconds, ascending."""
    known = cron_interval(schedule) if schedule else None
    if known is not None:
        return known
    gaps = [after - before for before, after in pairwise(recent[-RECENT_RUNS:])]
    return timedelta(seconds=median(gaps)) if gaps else WITHOUT_RUNS


def cron_interval(schedule: str) -> timedelta | None:
    """The expected interval of a 5-field cron; None where it is none, or fires less
    than twice."""
    if len(schedule) > LONGEST_SCHEDULE or len(schedule.split()) != 5:
        return None
    return _cron_interval(schedule)


@lru_cache(maxsize=4096)
def _cron_interval(schedule: str) -> timedelta | None:
    try:
        gaps = _gaps(_week_firings(schedule))
        if len(gaps) < FEWEST_GAPS:
            after = CronSim(schedule, WEEK + WEEK_DAYS * _DAY - _MINUTE)
            gaps = _gaps(islice(after, GAPS_AFTER + 1))
    except (CronSimError, ValueError):
        # ValueError: a number of more digits than Python reads.
        return None
    return max(gaps, default=None)


def _week_firings(schedule: str) -> Iterator[datetime]:
    """All firings of the week. On each day that has one they are at the same times:
    stepping through 10,080 minutes would take a tenth of a second."""
    cron = CronSim(schedule, WEEK)
    times = [
        timedelta(hours=hour, minutes=minute)
        for hour in sorted(cron.hours)
        for minute in sorted(cron.minutes)
    ]
    for day in (WEEK + number * _DAY for number in range(WEEK_DAYS)):
        first = next(CronSim(schedule, day - _MINUTE), None)
        if first is not None and first < day + _DAY:
            yield from (day + time for time in times)


def _gaps(firings: Iterable[datetime]) -> list[timedelta]:
    return [after - before for before, after in pairwise(firings)]
