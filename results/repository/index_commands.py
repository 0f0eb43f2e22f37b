"""Commands about the sets of a run index, and what their replies mean."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from results.analysis.observed import RunCounts
from results.analysis.ranges import TimeRange
from results.analysis.spans import Point
from results.codec import times
from results.keys import IndexKeys
from results.trip import Command, scored

# Runs without a time, before 1970, are on no timeline.
FIRST_TIME = "0"
# So many replies to `tail_commands`.
TAIL = 6


def tail_commands(names: IndexKeys, mark: float, end: float) -> list[Command]:
    """Ask how many runs lie before the mark, for those from it on, and for the oldest
    ones; of each outcome."""
    before = (FIRST_TIME, f"({mark!r}")
    since = (repr(mark), repr(end), "WITHSCORES")
    first = (FIRST_TIME, "+inf", "WITHSCORES", "LIMIT", 0, 1)
    sets = (names.passed, names.failed)
    counts: list[Command] = [("ZCOUNT", key, *before) for key in sets]
    ranges: tuple[Command, ...] = (since, first)
    return counts + [("ZRANGEBYSCORE", key, *r) for r in ranges for key in sets]


def both_points_of(replies: Sequence[Any]) -> list[Point]:
    """Those of both outcomes, sorted."""
    passed, failed = replies
    return sorted([*points_of(passed, True), *points_of(failed, False)])


def count_commands(names: IndexKeys, ranges: Sequence[TimeRange]) -> list[Command]:
    """Ask how many runs passed, and how many failed, in each range."""
    return [
        ("ZCOUNT", key, *within)
        for within in map(_bounds, ranges)
        for key in (names.passed, names.failed)
    ]


def counts_of(replies: Sequence[int]) -> tuple[RunCounts, ...]:
    """The replies to `count_commands`."""
    return tuple(map(RunCounts, replies[::2], replies[1::2]))


def points_of(reply: Sequence[Any], passed: bool) -> list[Point]:
    """Members of one of the index' sets, with their scores."""
    return [(score, run_id.decode(), passed) for run_id, score in scored(reply)]


# The same ranges are asked of every test.
@lru_cache(maxsize=512)
def _bounds(asked: TimeRange) -> tuple[str, str]:
    end = repr(times.to_score(asked.runs_end))
    start = FIRST_TIME if asked.start is None else repr(times.to_score(asked.start))
    return start, end if asked.is_trailing else f"({end}"
