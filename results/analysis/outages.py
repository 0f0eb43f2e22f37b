"""Outages: consecutive failed runs folded into one, by the model of the timeline.

An outage spans gaps: it lasts from its first failed run to the first passing one,
however long nobody looked. What the model calls down is a part of that.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby, takewhile
from operator import attrgetter
from typing import NamedTuple

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


class Folded(NamedTuple):
    """The outages that are over, and the failed spans of the one that is not."""

    closed: tuple[Outage, ...]
    failed: Sequence[Span]
    failed_since: int


def outages(
    line: Timeline, now: datetime, open_after: int = 1, close_after: int = 1
) -> list[Outage]:
    """All outages of the kept history, oldest first.

    One opens with the first of `open_after` failed runs in a row, and closes with the
    first of `close_after` passing ones.
    """
    folded = _folded(line, open_after, close_after)
    found = list(folded.closed)
    # A recovery may be dated somewhat ahead of now.
    for place in reversed(range(len(found))):
        if found[place].ended_at <= now:  # type: ignore[operator]  # closed
            break
        down = line.states(found[place].started_at, now).down
        found[place] = replace(found[place], down=down)
    if folded.failed:
        found.append(_outage(line, folded.failed, folded.failed_since, None, now))
    return found


def _folded(line: Timeline, open_after: int, close_after: int) -> Folded:
    """Once for a timeline: it does not depend on when that is looked at."""
    way = (open_after, close_after)
    if way not in line.folded:
        folds = list(_folds(line, *way))
        failed, since, recovery = folds[-1] if folds else ([], 0, None)
        is_open = bool(failed) and recovery is None
        closed = tuple(
            _outage(line, spans, number, end, end.first_at)
            for spans, number, end in folds
            if end is not None
        )
        line.folded[way] = Folded(closed, failed if is_open else [], since)
    folded: Folded = line.folded[way]
    return folded


def _folds(
    line: Timeline, open_after: int, close_after: int
) -> Iterator[tuple[list[Span], int, Span | None]]:
    """The failed spans of each outage, how many failed runs followed its first, and
    the span that ended it."""
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
            yield failed, first_since, stretch[0]
            failed = []
    if failed:
        yield failed, first_since, None


def open_outage(line: Timeline, now: datetime) -> Outage | None:
    """The one that is open: its failed runs are the newest ones."""
    failed = list(takewhile(lambda span: not span.passed, reversed(line.spans)))
    if not failed:
        return None
    failed_since = sum(span.runs for span in failed) - 1
    return _outage(line, failed[::-1], failed_since, None, now)


def overlapping(found: Sequence[Outage], asked: TimeRange) -> Sequence[Outage]:
    """Of one test's outages, oldest first, those of which a part lies in the range;
    they stay whole."""
    begun = bisect_left if not asked.is_trailing else bisect_right
    last = begun(found, asked.runs_end, key=attrgetter("started_at"))
    if asked.start is None:
        return found[:last]
    first = bisect_left(found, asked.start, key=attrgetter("started_at"))
    # They follow each other: only the one before can reach into the range.
    if first and found[first - 1].overlaps(asked):
        first -= 1
    return found[first:last]


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
