"""Runs with their times and facts, each id once: from the index, or from the records.

Both tell the same. Runs of one time come in the order of their ids.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from results.codec import facts as facts_codec
from results.codec.facts import RunFacts
from results.keys import IndexKeys
from results.trip import Command, scored

# Run id and time.
Timed = tuple[str, float]
Bounds = tuple[str, str]
Outcomes = Sequence[bool]
EVERY: Outcomes = (True, False)
FACTS_AT_ONCE = 1000


class NoIndex(Exception):
    """The records have to answer."""


class RunSource(Protocol):
    """Where runs of some outcomes (passed or not) are looked up."""

    def count(self, outcomes: Outcomes, bounds: Bounds) -> int:
        """How many there are; bounds as Redis takes them."""

    def stretch(
        self, outcomes: Outcomes, bounds: Bounds, older: bool, offset: int, count: int
    ) -> list[list[Timed]]:
        """Of each outcome some runs, from the newest on if `older`."""

    def facts(
        self, run_ids: Sequence[str], brief: bool = False
    ) -> Mapping[str, RunFacts]:
        """The facts of those runs that are still there; without steps and plan where
        that is enough."""

    def outcomes(self, run_ids: Sequence[str]) -> Mapping[str, bool]:
        """Whether each of these runs passed, of those that there are."""

    def outcomes_at(self, scores: Sequence[float]) -> Mapping[float, bool]:
        """Whether the runs of each of these times passed, where all ended alike."""

    def time(self, run_id: str) -> float | None:
        """The time of a run; None when there is none of that id."""


class IndexedRuns:
    """Asks the index; raises `NoIndex` where there is none to ask."""

    def __init__(
        self, names: IndexKeys, ask: Callable[[list[Command]], list[Any] | None]
    ) -> None:
        self._names = names
        self._ask = ask

    def count(self, outcomes: Outcomes, bounds: Bounds) -> int:
        return sum(
            self._replies([("ZCOUNT", k, *bounds) for k in self._keys(outcomes)])
        )

    def stretch(
        self, outcomes: Outcomes, bounds: Bounds, older: bool, offset: int, count: int
    ) -> list[list[Timed]]:
        name, bounds = (
            ("ZREVRANGEBYSCORE", bounds[::-1]) if older else ("ZRANGEBYSCORE", bounds)
        )
        limit = ("WITHSCORES", "LIMIT", offset, count)
        asked: list[Command] = [
            (name, k, *bounds, *limit) for k in self._keys(outcomes)
        ]
        return [
            [(run_id.decode(), score) for run_id, score in scored(reply)]
            for reply in self._replies(asked)
        ]

    def facts(
        self, run_ids: Sequence[str], brief: bool = False
    ) -> Mapping[str, RunFacts]:
        decode = facts_codec.decode_brief if brief else facts_codec.decode
        found: dict[str, RunFacts] = {}
        for start in range(0, len(run_ids), FACTS_AT_ONCE):
            some = run_ids[start : start + FACTS_AT_ONCE]
            (rows,) = self._replies([("HMGET", self._names.facts, *some)])
            found |= {i: decode(r) for i, r in zip(some, rows, strict=True) if r}
        return found

    def outcomes(self, run_ids: Sequence[str]) -> Mapping[str, bool]:
        parts = [
            run_ids[start : start + FACTS_AT_ONCE]
            for start in range(0, len(run_ids), FACTS_AT_ONCE)
        ]
        asked: list[Command] = [
            ("ZMSCORE", key, *part) for part in parts for key in self._keys(EVERY)
        ]
        replies = iter(self._replies(asked)) if asked else iter(())
        found: dict[str, bool] = {}
        for part in parts:
            for outcome in EVERY:
                scores = zip(part, next(replies), strict=True)
                found |= {i: outcome for i, score in scores if score is not None}
        return found

    def outcomes_at(self, scores: Sequence[float]) -> Mapping[float, bool]:
        asked: list[Command] = [
            ("ZCOUNT", key, repr(score), repr(score))
            for score in scores
            for key in self._keys(EVERY)
        ]
        replies = self._replies(asked) if asked else []
        pairs = zip(scores, replies[::2], replies[1::2], strict=True)
        return {at: bool(p) for at, p, f in pairs if bool(p) is not bool(f)}

    def time(self, run_id: str) -> float | None:
        replies = self._replies([("ZSCORE", key, run_id) for key in self._keys(EVERY)])
        return next((float(s) for s in replies if s is not None), None)

    def _keys(self, outcomes: Outcomes) -> list[str]:
        return [self._names.passed if o else self._names.failed for o in outcomes]

    def _replies(self, commands: list[Command]) -> list[Any]:
        replies = self._ask(commands)
        if replies is None:
            raise NoIndex
        return replies


class ScannedRuns:
    """The same from what a scan of the records found."""

    def __init__(self, runs: Mapping[str, tuple[float, RunFacts]]) -> None:
        self._facts = {run_id: facts for run_id, (_, facts) in runs.items()}
        self._times = {run_id: score for run_id, (score, _) in runs.items()}
        self._timed: dict[bool, list[tuple[float, str]]] = {True: [], False: []}
        for run_id, (score, facts) in runs.items():
            self._timed[facts.passed].append((score, run_id))
        for timed in self._timed.values():
            timed.sort(key=lambda one: (one[0], one[1].encode()))

    def count(self, outcomes: Outcomes, bounds: Bounds) -> int:
        return sum(len(self._within(outcome, bounds)) for outcome in outcomes)

    def stretch(
        self, outcomes: Outcomes, bounds: Bounds, older: bool, offset: int, count: int
    ) -> list[list[Timed]]:
        step = -1 if older else 1
        return [
            [(run_id, s) for s, run_id in self._within(outcome, bounds)[::step]][
                offset : offset + count
            ]
            for outcome in outcomes
        ]

    def facts(
        self, run_ids: Sequence[str], brief: bool = False
    ) -> Mapping[str, RunFacts]:
        return {i: self._facts[i] for i in run_ids if i in self._facts}

    def outcomes(self, run_ids: Sequence[str]) -> Mapping[str, bool]:
        return {i: facts.passed for i, facts in self.facts(run_ids).items()}

    def outcomes_at(self, scores: Sequence[float]) -> Mapping[float, bool]:
        passed, failed = ({at for at, _ in self._timed[o]} for o in EVERY)
        return {at: at in passed for at in scores if (at in passed) != (at in failed)}

    def time(self, run_id: str) -> float | None:
        return self._times.get(run_id)

    def _within(self, outcome: bool, bounds: Bounds) -> list[tuple[float, str]]:
        timed = self._timed[outcome]
        low, high = bounds
        start = _place(timed, low, bisect_right if low.startswith("(") else bisect_left)
        end = _place(timed, high, bisect_left if high.startswith("(") else bisect_right)
        return timed[start:end]


def _place(timed: list[tuple[float, str]], bound: str, place: Any) -> int:
    return int(place(timed, float(bound.lstrip("(")), key=lambda one: one[0]))
