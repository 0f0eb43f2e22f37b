"""Tests that should have run by now: whatever runs them may be dead.

Origin: an active test without a run for three expected intervals plus five minutes; one
that never ran is counted from when it was created.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from results.analysis.expected import cron_interval
from results.analysis.timeline import KNOWN_INTERVALS
from results.counted import CountedTests
from results.metrics import counted_status

GRACE = timedelta(minutes=5)


class Lateness(NamedTuple):
    """Ids of tests that are overdue by their cron; and of those without a valid one,
    whose runs have to tell how often they are expected, since when they have none."""

    overdue: frozenset[str]
    unsure: Mapping[str, datetime]

    def told(self, expected: Mapping[str, timedelta], now: datetime) -> frozenset[str]:
        """All that are overdue, given the expected intervals of the unsure ones; one
        without is left out."""
        late = {
            test_id
            for test_id, since in self.unsure.items()
            if test_id in expected and since < _limit(expected[test_id], now)
        }
        return self.overdue | late


def lateness(tests: CountedTests, now: datetime) -> Lateness:
    """Who is overdue, as far as the tests themselves tell."""
    limits: dict[str | None, datetime | None] = {}
    overdue, unsure = set(), {}
    for test_id, schedule, since in _waiting(tests, now - GRACE):
        if schedule not in limits:
            expected = cron_interval(schedule) if schedule else None
            limits[schedule] = _limit(expected, now) if expected else None
        limit = limits[schedule]
        if limit is None:
            unsure[test_id] = since
        elif since < limit:
            overdue.add(test_id)
    return Lateness(frozenset(overdue), unsure)


def _waiting(
    tests: CountedTests, latest: datetime
) -> Iterator[tuple[str, str | None, datetime]]:
    """Active tests without a run since before `latest`, with their schedules."""
    active = {s for s in set(tests.statuses) if counted_status(s) == "active"}
    for place, times in enumerate(zip(tests.last_runs, tests.created, strict=True)):
        since = times[0] or times[1]
        if since and since < latest and tests.statuses[place] in active:
            yield tests.ids[place], tests.schedules[place], since


def _limit(expected: timedelta, now: datetime) -> datetime:
    """Whoever has no run since before this is overdue."""
    return now - KNOWN_INTERVALS * expected - GRACE
