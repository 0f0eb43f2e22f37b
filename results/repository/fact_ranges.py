"""The facts of all runs of a range, in the order of the state model."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from results.analysis.asking import RunQuestion, ScoreRange
from results.analysis.ranges import TimeRange
from results.codec import times
from results.codec.facts import RunFacts
from results.domain import CLOCK_SKEW
from results.repository.run_sources import EVERY, Bounds, NoIndex, RunSource
from results.repository.timed_runs import TimedRuns
from results.scrub import Scrubber

_ALL = 10**9


class RangeFacts(NamedTuple):
    """Facts by time and run id, the oldest first; whether the next runs passed; what
    must not leave; and the oldest kept time where the range begins before it."""

    runs: list[RunFacts]
    following: list[bool]
    scrubber: Scrubber
    data_from: datetime | None


class FactRanges(TimedRuns):
    """Reads facts: it costs what the range holds."""

    def range_facts(
        self, test_id: str, within: TimeRange, now: datetime, next_runs: int
    ) -> RangeFacts:
        """The facts of a range, and how up to `next_runs` runs behind it ended."""
        asked = RunQuestion(within=within)
        read = self._read_ranges(test_id, [], self._kept_before(test_id, asked))
        end = times.to_score(now + CLOCK_SKEW)
        try:
            source = self._index_source(test_id)
            found = _facts_of(source, asked.scores, end, next_runs)
        except NoIndex:
            source = self._scan_source(test_id)
            found = _facts_of(source, asked.scores, end, next_runs)
        data_from = None
        if read.replies and not read.replies[0]:
            data_from = self._data_from(test_id, asked.scores)
        return RangeFacts(*found, read.scrubber, data_from)


def _facts_of(
    source: RunSource, within: ScoreRange, end: float, next_runs: int
) -> tuple[list[RunFacts], list[bool]]:
    ids = [run_id for _, run_id, _ in _in_order(source, within.words, _ALL)]
    known = source.facts(ids)
    low = repr(within.high) if within.is_open else f"({within.high!r}"
    behind = _in_order(source, (low, repr(end)), next_runs)[:next_runs]
    return [known[i] for i in ids if i in known], [passed for *_, passed in behind]


def _in_order(
    source: RunSource, bounds: Bounds, count: int
) -> list[tuple[float, str, bool]]:
    """Runs by time and id; of each outcome so many at most."""
    parts = source.stretch(EVERY, bounds, False, 0, count)
    return sorted(
        (score, run_id, outcome)
        for outcome, part in zip(EVERY, parts, strict=True)
        for run_id, score in part
    )
