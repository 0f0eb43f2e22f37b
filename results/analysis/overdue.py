"""Tests that should have run by now: whatever runs them may be dead.

Origin: an active test without a run for three expected intervals plus five minutes; one
that never ran is counted from when it was created. The newest of what its hash and its
runs tell counts: writers may record runs and leave the hash as it was, and the runs may
be trimmed. A time more than five minutes ahead tells nothing, as with runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from results.analysis.expected import cron_interval
from results.analysis.timeline import KNOWN_INTERVALS, Timeline
from results.counted import CountedTests
from results.domain import CLOCK_SKEW
from results.metrics import counted_status

GRACE = timedelta(minutes=5)


class Lateness(NamedTuple):
    """Ids of tests that look overdue by what they tell themselves; their runs may know
    better.

    `late` ones have a cron, by which a run has been due since then; `unsure` ones lack
    a cron or any time, and here is the time since when they have no run as far as is
    known.
    """

    late: Mapping[str, datetime]
    unsure: Mapping[str, datetime | None]

    def told(
        self, ran: Collection[str], timelines: Mapping[str, Timeline], now: datetime
    ) -> frozenset[str]:
        """All that are overdue, given which of the late ones did run in time, and the
        timelines of the unsure ones; of these, one without is left out."""
        late = {
            test_id
            for test_id, since in self.unsure.items()
            if test_id in timelines and _is_late(timelines[test_id], since, now)
        }
        return frozenset(late.union(self.late).difference(ran))


def lateness(tests: CountedTests, now: datetime) -> Lateness:
    """Who looks overdue, as far as the tests themselves tell."""
    limits: dict[str | None, datetime | None] = {}
    late, unsure = {}, {}
    for test_id, schedule, since in _waiting(tests, now):
        if schedule not in limits:
            expected = cron_interval(schedule) if schedule else None
            limits[schedule] = _limit(expected, now) if expected else None
        limit = limits[schedule]
        if limit is None or since is None:
            unsure[test_id] = since
        elif since < limit:
            late[test_id] = limit
    return Lateness(late, unsure)


def _waiting(
    tests: CountedTests, now: datetime
) -> Iterator[tuple[str, str | None, datetime | None]]:
    """Active tests that are not known to have run, or else to have been created, just
    now: with their schedules, and when that was."""
    active = {s for s in set(tests.statuses) if counted_status(s) == "active"}
    latest, ahead = now - GRACE, now + CLOCK_SKEW
    for place, last in enumerate(tests.last_runs):
        if last is not None and latest <= last <= ahead:
            continue
        if tests.statuses[place] in active:
            since = _told(last, ahead) or _told(tests.created[place], ahead)
            if since is None or since < latest:
                yield tests.ids[place], tests.schedules[place], since


def _told(time: datetime | None, ahead: datetime) -> datetime | None:
    """The time, unless it is further ahead than clocks may differ."""
    return time if time is not None and time <= ahead else None


def _is_late(timeline: Timeline, since: datetime | None, now: datetime) -> bool:
    """Whether the newest run, of which the hash may not know, is too long ago."""
    newest = timeline.newest
    known = [time for time in (newest and newest.last_at, since) if time]
    return bool(known) and max(known) < _limit(timeline.expected, now)


def _limit(expected: timedelta, now: datetime) -> datetime:
    """Whoever has no run since before this is overdue."""
    return now - KNOWN_INTERVALS * expected - GRACE
