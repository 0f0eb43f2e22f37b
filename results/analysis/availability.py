"""How reliable a test was in a range of time: by its runs, by its state, by outages.

Origin: `run_pct` is passed of all runs, `time_pct` is up of known seconds, coverage is
known of all seconds; nothing is 100 percent with a failure, or without data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from results.analysis.observed import Observed, RunCounts
from results.analysis.outages import Outage, outages, overlapping
from results.analysis.ranges import TimeRange
from results.analysis.shares import percent, share
from results.analysis.timeline import StateTime, Timeline

_NOTHING = timedelta(0)
_DURATION = attrgetter("duration")


@dataclass(frozen=True, slots=True)
class OutageFigures:
    """Of the outages that overlap a range: how many, and the longest stretch of one
    inside it; the mean duration of those that are over, from the first failed run to
    the first passing one, wherever these lie; and up time per outage begun in it."""

    count: int
    longest: timedelta | None
    mean_to_recovery: timedelta | None
    mean_between: timedelta | None


class Reliability(NamedTuple):
    """From `start` to `end`, where seconds of state end; `data_from` is the time of
    the oldest kept run where the range reaches back beyond it."""

    start: datetime
    end: datetime
    runs: RunCounts
    states: StateTime
    data_from: datetime | None

    @property
    def run_pct(self) -> float | None:
        return percent(self.runs.passed, self.runs.total)

    @property
    def time_pct(self) -> float | None:
        return percent(self.states.up, self.states.known)

    @property
    def coverage(self) -> float | None:
        return share(self.states.known, self.states.length)


@dataclass(frozen=True, slots=True)
class Availability:
    """How reliable the test was, and how its outages went."""

    figures: Reliability
    outages: OutageFigures


def reliabilities(observed: Observed, ranges: Sequence[TimeRange]) -> list[Reliability]:
    """The figures of each of the ranges that the test was observed in."""
    line = observed.timeline
    found = []
    for asked, runs in zip(ranges, observed.counts, strict=True):
        start = start_of(asked, line)
        states = line.states(start, asked.end)
        since = data_from(asked, line)
        found.append(Reliability(start, asked.end, runs, states, since))
    return found


def availabilities(
    observed: Observed, ranges: Sequence[TimeRange], now: datetime
) -> list[Availability]:
    """The same, with the outages of each."""
    all_outages = outages(observed.timeline, now)
    figures = reliabilities(observed, ranges)
    return [
        Availability(found, _outage_figures(all_outages, asked, found, now))
        for found, asked in zip(figures, ranges, strict=True)
    ]


def start_of(asked: TimeRange, line: Timeline) -> datetime:
    """Where the range begins: without a start of its own, with the oldest kept run."""
    if asked.start is not None:
        return asked.start
    return min(line.oldest or asked.end, asked.end)


def data_from(asked: TimeRange, line: Timeline) -> datetime | None:
    """The time of the oldest kept run, where the range reaches back beyond it."""
    oldest = line.oldest
    if oldest is None or (asked.start is not None and asked.start >= oldest):
        return None
    return oldest


def _outage_figures(
    all_outages: Sequence[Outage], asked: TimeRange, found: Reliability, now: datetime
) -> OutageFigures:
    inside = overlapping(all_outages, asked)
    if not inside:
        return OutageFigures(0, None, None, None)
    # They follow each other: only the first can begin before the range, and only the
    # last of all can be open.
    begun = len(inside) - (not asked.has_run(inside[0].started_at))
    closed = inside[:-1] if inside[-1].is_open else inside
    to_recovery = sum(map(_DURATION, closed), _NOTHING)
    return OutageFigures(
        count=len(inside),
        longest=_longest(inside, found, now),
        mean_to_recovery=to_recovery / len(closed) if closed else None,
        mean_between=found.states.up / begun if begun else None,
    )


def _longest(inside: Sequence[Outage], found: Reliability, now: datetime) -> timedelta:
    """The longest part; those between the first and what reaches beyond the end are
    inside, whole."""
    last = len(inside)
    while last > 1 and (inside[last - 1].ended_at or now) >= found.end:
        last -= 1
    edges = [*inside[:1], *inside[last:]]
    parts = [_part(outage, found.start, found.end, now) for outage in edges]
    return max(max(parts), max(map(_DURATION, inside[1:last]), default=_NOTHING))


def _part(outage: Outage, start: datetime, end: datetime, now: datetime) -> timedelta:
    """How much of the outage lies in the range."""
    until = min(outage.ended_at or now, end)
    return max(until - max(outage.started_at, start), _NOTHING)
