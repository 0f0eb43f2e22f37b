"""Outages: consecutive failed runs folded into one, by the model of the timeline.

An outage spans gaps: it lasts from its first failed run to the first passing one,
however long nobody looked. What the model calls down is a part of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, takewhile
from operator import attrgetter

from results.analysis.ranges import TimeRange
from results.analysis.spans import Span
from results.analysis.timeline import Timeline

_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Outage:
    """From the first failed run, whose id is the outage's, to the first passing one.

    `ended_at` and `recovery_id` are None while it is open; then `duration` ends now.
    `down` is the part that the model calls down. `failed_since` counts all failed runs
    of the test after the first one: where its incident is in a list, newest first.
    """

    id: str
    started_at: datetime
    failed_runs: int
    last_id: str
    last_failed_at: datetime
    failed_since: int
    ended_at: datetime | None
    recovery_id: str | None
    duration: timedelta
    down: timedelta

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    def overlaps(self, asked: TimeRange) -> bool:
        """Whether any of it lies in the range; half-open, as the range is."""
        begun = self.started_at < asked.runs_end or (
            asked.is_trailing and self.started_at == asked.runs_end
        )
        if asked.start is None or self.ended_at is None:
            return begun
        return begun and (self.ended_at > asked.start or self.started_at >= asked.start)


def outages(
    line: Timeline, now: datetime, open_after: int = 1, close_after: int = 1
) -> list[Outage]:
    """All outages of the kept history, oldest first.

    One opens with the first of `open_after` failed runs in a row, and closes with the
    first of `close_after` passing ones.
    """
    found: list[Outage] = []
    failed: list[Span] = []
    since, first_since = sum(span.runs for span in line.spans if not span.passed), 0
    for stretch in _stretches(line.spans):
        runs = sum(span.runs for span in stretch)
        if not stretch[0].passed:
            if not failed and runs >= open_after:
                failed, first_since = list(stretch), since - 1
            elif failed:
                failed += stretch
            since -= runs
        elif failed and runs >= close_after:
            found.append(_outage(line, failed, first_since, stretch[0], now))
            failed = []
    rest = [_outage(line, failed, first_since, None, now)] if failed else []
    return found + rest


def open_outage(line: Timeline, now: datetime) -> Outage | None:
    """The one that is open: its failed runs are the newest ones."""
    failed = list(takewhile(lambda span: not span.passed, reversed(line.spans)))
    if not failed:
        return None
    failed_since = sum(span.runs for span in failed) - 1
    return _outage(line, failed[::-1], failed_since, None, now)


def overlapping(found: Iterable[Outage], asked: TimeRange) -> list[Outage]:
    """Those of which a part lies in the range; they stay whole."""
    return [outage for outage in found if outage.overlaps(asked)]


def _stretches(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Neighbouring spans of one outcome, whatever gap parts them."""
    for _, stretch in groupby(spans, attrgetter("passed")):
        yield list(stretch)


def _outage(
    line: Timeline,
    failed: Sequence[Span],
    failed_since: int,
    recovery: Span | None,
    now: datetime,
) -> Outage:
    first, last = failed[0], failed[-1]
    ended_at = recovery.first_at if recovery else None
    until = ended_at or now
    return Outage(
        id=first.first_id,
        started_at=first.first_at,
        failed_runs=sum(span.runs for span in failed),
        last_id=last.last_id,
        last_failed_at=last.last_at,
        failed_since=failed_since,
        ended_at=ended_at,
        recovery_id=recovery.first_id if recovery else None,
        # A run may be dated somewhat ahead of now.
        duration=max(until - first.first_at, _NOTHING),
        down=line.states(first.first_at, min(until, now)).down,
    )
