"""Tests that should have run by now: whatever runs them may be dead.

Origin: an active test without a run for three expected intervals plus five minutes; one
that never ran is counted from when it was created. A hash without `last_run_at` does
not say that its test never ran: then the runs do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from results.analysis.expected import cron_interval
from results.analysis.timeline import KNOWN_INTERVALS, Timeline
from results.counted import CountedTests
from results.metrics import counted_status

GRACE = timedelta(minutes=5)


class Lateness(NamedTuple):
    """Ids of tests that are overdue by their last run and their cron; and of those that
    lack one of these, whose runs have to tell it, with the time since when they have
    none as far as is known."""

    overdue: frozenset[str]
    unsure: Mapping[str, datetime | None]

    def told(self, timelines: Mapping[str, Timeline], now: datetime) -> frozenset[str]:
        """All that are overdue, given the timelines of the unsure ones; one without is
        left out."""
        late = {
            test_id
            for test_id, since in self.unsure.items()
            if test_id in timelines and _is_late(timelines[test_id], since, now)
        }
        return self.overdue | late


def lateness(tests: CountedTests, now: datetime) -> Lateness:
    """Who is overdue, as far as the tests themselves tell."""
    limits: dict[str | None, datetime | None] = {}
    overdue, unsure = set(), {}
    for test_id, schedule, last_run, created in _waiting(tests, now - GRACE):
        if schedule not in limits:
            expected = cron_interval(schedule) if schedule else None
            limits[schedule] = _limit(expected, now) if expected else None
        limit = limits[schedule]
        if limit is None or last_run is None:
            unsure[test_id] = last_run or created
        elif last_run < limit:
            overdue.add(test_id)
    return Lateness(frozenset(overdue), unsure)


def _waiting(
    tests: CountedTests, latest: datetime
) -> Iterator[tuple[str, str | None, datetime | None, datetime | None]]:
    """Active tests that are not known to have run, or else to have been created, since
    `latest`: with their schedules and both times."""
    active = {s for s in set(tests.statuses) if counted_status(s) == "active"}
    for place, times in enumerate(zip(tests.last_runs, tests.created, strict=True)):
        since = times[0] or times[1]
        if (since is None or since < latest) and tests.statuses[place] in active:
            yield tests.ids[place], tests.schedules[place], *times


def _is_late(timeline: Timeline, since: datetime | None, now: datetime) -> bool:
    """Whether the newest run, of which the hash may not know, is too long ago."""
    newest = timeline.newest
    known = [time for time in (newest and newest.last_at, since) if time]
    return bool(known) and max(known) < _limit(timeline.expected, now)


def _limit(expected: timedelta, now: datetime) -> datetime:
    """Whoever has no run since before this is overdue."""
    return now - KNOWN_INTERVALS * expected - GRACE
