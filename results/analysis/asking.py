"""What is asked of a history of runs: which of them, in which order, from where on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from results.analysis.ranges import TimeRange
from results.codec import times
from results.codec.cursors import Cursor
from results.codec.facts import RunFacts
from results.domain import ALL_OF_TIME, Position
from results.scrub import Scrubber


class ScoreRange(NamedTuple):
    """Scores from `low` (included) to `high`, included unless it `is_open`."""

    low: float = -math.inf
    high: float = math.inf
    is_open: bool = False

    @classmethod
    def of(cls, asked: TimeRange) -> ScoreRange:
        """The scores of the runs that count in a range of time; the earliest time is
        that of 1970: a lower score is no time."""
        low = 0.0 if asked.start is None else times.to_score(asked.start)
        return cls(low, times.to_score(asked.runs_end), not asked.is_trailing)

    @property
    def words(self) -> tuple[str, str]:
        """Both bounds as Redis takes them, the lower first."""
        return repr(self.low), f"({self.high!r}" if self.is_open else repr(self.high)

    def has(self, score: float) -> bool:
        return self.low <= score and not self.is_below(score)

    def is_below(self, score: float) -> bool:
        """Whether all of it is older than a run of this score."""
        return score > self.high or (self.is_open and score == self.high)


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs are asked for by what they are; None and nothing ask for any.

    Durations are milliseconds, both bounds included; a run without one is out.
    """

    passed: bool | None = None
    triggers: frozenset[str] = frozenset()
    shortest_ms: float | None = None
    longest_ms: float | None = None

    @property
    def is_any(self) -> bool:
        return self.passed is None and not self.needs_facts

    @property
    def needs_facts(self) -> bool:
        """Whether only a run's facts tell, which have to be looked through."""
        bounds = (self.shortest_ms, self.longest_ms)
        return bool(self.triggers) or bounds != (None, None)

    def has(self, facts: RunFacts, scrubber: Scrubber) -> bool:
        """Whether the run is asked for; what is hidden cannot be searched."""
        if self.passed is not None and facts.passed is not self.passed:
            return False
        return self._has_duration(facts) and self._has_trigger(facts, scrubber)

    def _has_duration(self, facts: RunFacts) -> bool:
        if self.shortest_ms is None and self.longest_ms is None:
            return True
        shortest, longest = self.shortest_ms or 0, self.longest_ms
        if facts.duration_ms is None or facts.duration_ms < shortest:
            return False
        return longest is None or facts.duration_ms <= longest

    def _has_trigger(self, facts: RunFacts, scrubber: Scrubber) -> bool:
        if not self.triggers:
            return True
        trigger = facts.triggered_by
        return trigger is not None and scrubber.text(trigger) in self.triggers


@dataclass(frozen=True, slots=True)
class RunQuestion:
    """Runs of a filter in a range (None: whatever is stored), in one order."""

    runs: RunFilter = RunFilter()
    within: TimeRange | None = None
    newest_first: bool = True
    cursor: Cursor | None = None

    @property
    def scores(self) -> ScoreRange:
        return ScoreRange.of(self.within) if self.within else ScoreRange()

    @property
    def is_back(self) -> bool:
        return self.cursor is not None and self.cursor.is_back

    @property
    def walks_older(self) -> bool:
        """Towards older runs: back from a page of the oldest first, too."""
        return self.newest_first is not self.is_back

    @property
    def anchor(self) -> Position | None:
        """The member to go on from; None where a bound alone says where."""
        position = self.cursor.position if self.cursor else None
        if position is None or position.rank == ALL_OF_TIME:
            return None
        return position if self.scores.has(position.score) else None

    @property
    def ahead(self) -> tuple[str, str]:
        """The bounds of what is ahead, without the anchor's own time."""
        low, high = self.scores.words
        if self.cursor is None or self._is_before_all:
            return low, high
        here = f"({self.cursor.position.score!r}"
        return (low, here) if self.walks_older else (here, high)

    @property
    def behind(self) -> tuple[str, str] | None:
        """The bounds of what was passed, with the cursor's own time where that lies
        behind a walk to newer runs, or where all of it was passed."""
        if self.cursor is None or self._is_before_all:
            return None
        low, high = self.scores.words
        here = repr(self.cursor.position.score)
        if not self.walks_older:
            return low, here
        return (here if self.anchor is None else f"({here}"), high

    @property
    def _is_before_all(self) -> bool:
        """Whether all of the range is ahead of the cursor."""
        assert self.cursor is not None
        score = self.cursor.position.score
        if self.walks_older:
            return self.scores.is_below(score)
        return score < self.scores.low
