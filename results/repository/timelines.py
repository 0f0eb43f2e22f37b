"""Timelines of tests: one trip each where the index and its head are known.

Where no index answers, the records do: equal, at the price of the history.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from results import scanning
from results.analysis.observed import Observed, RunCounts, counted, timeline_of
from results.analysis.ranges import TimeRange
from results.analysis.spans import Point
from results.codec import times
from results.domain import CLOCK_SKEW
from results.keys import IndexKeys
from results.repository.runs import Runs
from results.trip import Command, scored

# Runs without a time, before 1970, are on no timeline.
FIRST_TIME = "0"


class Timelines(Runs):
    """Reads how the state of a test went."""

    def timeline(
        self, test_id: str, now: datetime, ranges: Sequence[TimeRange] = ()
    ) -> Observed:
        """The whole timeline of a test, and the runs of these ranges, as of one moment.

        Raises `UnknownTest`, `UnreadableKey`, `IndexBuilding`.
        """
        names, end = self.keys.index(test_id), now + CLOCK_SKEW
        until = (FIRST_TIME, repr(times.to_score(end)), "WITHSCORES")
        asked: list[Command] = [("HMGET", self.keys.test(test_id), "schedule")]
        asked += [
            ("ZRANGEBYSCORE", key, *until) for key in (names.passed, names.failed)
        ]
        asked += count_commands(names, ranges)
        found = self._ask_index(test_id, -math.inf, lambda _head: asked)
        if found is None:
            return self._scanned(test_id, end, ranges)
        (schedule,), passed, failed, *counts = found[1]
        points = [*_points(passed, True), *_points(failed, False)]
        line = timeline_of(sorted(points), _text(schedule))
        return Observed(test_id, line, counts_of(counts))

    def _scanned(
        self, test_id: str, end: datetime, ranges: Sequence[TimeRange]
    ) -> Observed:
        stored = self._read(test_id, (), ("schedule",)).stored
        schedule = None if isinstance(stored, Exception) else stored["schedule"]
        members = self._scan(test_id)[1]
        points = scanning.points_in(self.keys.results(test_id), members, end)
        line = timeline_of(points, _text(schedule))
        return Observed(test_id, line, tuple(counted(points, ranges)))


def count_commands(names: IndexKeys, ranges: Sequence[TimeRange]) -> list[Command]:
    """Ask how many runs passed, and how many failed, in each range."""
    bounds = [_bounds(asked) for asked in ranges]
    return [
        ("ZCOUNT", key, *within)
        for within in bounds
        for key in (names.passed, names.failed)
    ]


def counts_of(replies: Sequence[int]) -> tuple[RunCounts, ...]:
    """The replies to `count_commands`."""
    return tuple(map(RunCounts, replies[::2], replies[1::2]))


def _bounds(asked: TimeRange) -> tuple[str, str]:
    end = repr(times.to_score(asked.runs_end))
    start = FIRST_TIME if asked.start is None else repr(times.to_score(asked.start))
    return start, end if asked.is_trailing else f"({end}"


def _points(reply: Sequence[Any], passed: bool) -> list[Point]:
    return [(score, run_id.decode(), passed) for run_id, score in scored(reply)]


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode(errors="replace")
