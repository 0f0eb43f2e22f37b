"""What is asked about one test so that, with what is remembered, its timeline is known.

The commands run one after the other, without a MULTI, whose replies would be twice as
many: the index is right, and was the same throughout, when its head is the same before
and after, and the counts, which come last, agree with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from results.analysis.observed import Observed, RunCounts, timeline_of
from results.analysis.ranges import TimeRange
from results.analysis.spans import Point
from results.codec import times
from results.keys import IndexKeys, Keys
from results.reading import checked, is_wrong_type
from results.run_index.head import Head, decode
from results.run_index.remembered import Memory
from results.trip import Command, scored

# Runs without a time, before 1970, are on no timeline.
FIRST_TIME = "0"
CHECKS = 8
# So many replies to `tail_commands`.
TAIL = 6


@dataclass(frozen=True, slots=True)
class Answered:
    """What one test's replies say. `observed` is None where they do not suffice;
    `memory` is what to remember from now on, None for nothing."""

    is_known: bool
    head: Head | None
    memory: Memory | None
    observed: Observed | None
    further: list[Any]


class Question:
    """All commands about one test, and what their replies mean.

    `head` and `memory` are as this process knows them; `end` is the latest time of a
    run that counts, in epoch seconds; `further` is asked along with the rest.
    """

    def __init__(
        self,
        keys: Keys,
        test_id: str,
        end: float,
        ranges: Sequence[TimeRange],
        further: Sequence[Command],
        head: Head | None,
        memory: Memory | None,
    ) -> None:
        self.test_id = test_id
        self._ranges = ranges
        self._further = len(further)
        self._head = head
        self._memory = memory if is_of(memory, head, end) else None
        names, results = keys.index(test_id), keys.results(test_id)
        get: Command = ("GET", names.head)
        schedule: Command = ("HGET", keys.test(test_id), "schedule")
        self.commands: list[Command] = [get, schedule, *further]
        if self._memory is None or head is None:
            exists: Command = ("EXISTS", *keys.of_test(test_id))
            self.commands += [exists, ("ZCARD", results)]
        else:
            self.commands += tail_commands(names, self._memory.mark, end)
            self.commands += count_commands(names, ranges)
            self.commands += [*head.checks(results, names), get]

    def answer(self, replies: Sequence[Any]) -> Answered:
        """Raises redis-py's errors, except that of a key of another type."""
        raw, schedule, *rest = replies
        further, rest = rest[: self._further], rest[self._further :]
        head, text = decode(raw), _text(schedule)
        are_readable = _are_readable(rest)
        _are_readable(further)
        if self._memory is None:
            return self._of_nothing(head, text, rest, further)
        memory: Memory | None = self._memory
        observed = None
        if are_readable and head is not None and rest.pop() == raw:
            if self._is_right(head, rest[-CHECKS:]):
                memory = self._recalled(rest, text)
                observed = self._observed(memory, rest) if memory else None
        return Answered(True, head, memory, observed, further)

    def may_be_asked_again(self, answer: Answered) -> bool:
        """Whether the index went on meanwhile, and what is remembered still serves."""
        head, memory = answer.head, self._memory
        if head is None or memory is None or head == self._head:
            return False
        return head.epoch == memory.epoch

    def _of_nothing(
        self,
        head: Head | None,
        schedule: str | None,
        replies: Sequence[Any],
        further: list[Any],
    ) -> Answered:
        """What is known with nothing remembered: whether there is a test, or a run."""
        exists, stored = replies
        observed = None
        if stored == 0:
            nothing = (RunCounts(0, 0),) * len(self._ranges)
            observed = Observed(self.test_id, timeline_of((), schedule), nothing)
        return Answered(bool(checked(exists)), head, None, observed, further)

    def _is_right(self, head: Head, checks: Sequence[Any]) -> bool:
        """Whether the index is, by the counts that an earlier head of its epoch asked
        for: since then it only got runs that are not older than its newest."""
        asked = self._head
        if asked == head:
            return head.is_complete and head.holds(checks)
        if asked is None or head.epoch != asked.epoch or not head.is_complete:
            return False
        since_asked = asked.at_newest + head.total - asked.total
        return replace(head, at_newest=since_asked).holds(checks)

    def _recalled(self, replies: Sequence[Any], schedule: str | None) -> Memory | None:
        """The memory, brought up to now; None where it is not of these runs."""
        passed, failed, *found = replies[:TAIL]
        tail, oldest = _points(found[:2]), _points(found[2:])
        memory = self._memory
        left = memory and memory.trimmed(passed, failed, min(oldest, default=None))
        return left.with_tail(tail, schedule) if left else None

    def _observed(self, memory: Memory, replies: Sequence[Any]) -> Observed:
        counts = counts_of(replies[TAIL:-CHECKS])
        return Observed(self.test_id, memory.line, counts, memory.newest)


def is_of(memory: Memory | None, head: Head | None, end: float) -> bool:
    """Whether the memory can be one of this very history, up to the end."""
    if memory is None or head is None or not head.is_complete:
        return False
    return memory.epoch == head.epoch and memory.mark <= end


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


def _points(replies: Sequence[Any]) -> list[Point]:
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


def _bounds(asked: TimeRange) -> tuple[str, str]:
    end = repr(times.to_score(asked.runs_end))
    start = FIRST_TIME if asked.start is None else repr(times.to_score(asked.start))
    return start, end if asked.is_trailing else f"({end}"


def _are_readable(replies: Sequence[Any]) -> bool:
    for reply in replies:
        if isinstance(reply, Exception) and not is_wrong_type(reply):
            raise reply
    return not any(isinstance(reply, Exception) for reply in replies)


def _text(raw: bytes | Exception | None) -> str | None:
    """The schedule; none where the hash is of another type."""
    _are_readable([raw])
    return raw.decode(errors="replace") if isinstance(raw, bytes) else None
