"""What is asked about one test so that, with what is remembered, its timeline is known.

The commands run one after the other, without a MULTI, whose replies would be twice as
many: the index is right, and was the same throughout, when its head is the same before
and after, and the counts, which come last, agree with it. A brief question leaves out
what is remembered as of the very head that is known: a head after it that is still the
same says that all of that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from results.analysis.observed import Observed, RunCounts, timeline_of
from results.analysis.ranges import TimeRange
from results.keys import IndexKeys, Keys
from results.reading import checked, is_wrong_type
from results.repository.index_commands import (
    TAIL,
    both_points_of,
    count_commands,
    counts_of,
    tail_commands,
)
from results.run_index.head import CHECKS, Head, decode
from results.run_index.remembered import Memory
from results.trip import Command, Packed, count_of


class Answered(NamedTuple):
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
    run that counts, in epoch seconds; `further` is asked along with the rest. Where
    `may_be_brief`, an index that went on meanwhile has to be asked again.
    """

    def __init__(
        self,
        keys: Keys,
        test_id: str,
        end: float,
        ranges: Sequence[TimeRange],
        further: Sequence[Command | Packed],
        head: Head | None,
        memory: Memory | None,
        may_be_brief: bool = False,
    ) -> None:
        self.test_id = test_id
        self.names = keys.index(test_id)
        self._ranges = ranges
        self._further = count_of(further)
        self._head = head
        self._end = end
        self._memory = memory if is_of(memory, head, end) else None
        self._is_brief = bool(
            may_be_brief and self._memory and self._memory.as_of == head
        )
        names, results = self.names, keys.results(test_id)
        get: Command = ("GET", names.head)
        schedule: Command = ("HGET", keys.test(test_id), "schedule")
        self.commands: list[Command | Packed] = [schedule, *further]
        if self._memory is None or head is None:
            exists: Command = ("EXISTS", *keys.of_test(test_id))
            self.commands += [get, exists, ("ZCARD", results)]
        else:
            if not self._is_brief:
                self.commands += [get, *tail_commands(names, self._memory.mark, end)]
            self.commands += count_commands(names, ranges)
            self.commands.append(_checks(head, results, names))
        self.count = count_of(self.commands)

    def answer(self, replies: Sequence[Any]) -> Answered:
        """Raises redis-py's errors, except that of a key of another type."""
        first = 1 + self._further
        further, rest = list(replies[1:first]), list(replies[first:])
        are_readable = _are_readable(rest)
        _are_readable(further)
        text = _text(replies[0])
        if self._memory is None:
            return self._of_nothing(text, rest, further)
        raw = rest.pop()
        head = decode(raw)
        is_same = head == self._head if self._is_brief else rest.pop(0) == raw
        if are_readable and head is not None and is_same:
            if self._is_right(head, rest[-CHECKS:]):
                return self._of_index(head, text, rest, further)
        return Answered(True, head, self._memory, None, further)

    def may_be_asked_again(self, answer: Answered) -> bool:
        """Whether the index went on meanwhile, and what is remembered still serves."""
        head, memory = answer.head, self._memory
        if head is None or memory is None or head == self._head:
            return False
        return head.epoch == memory.epoch

    def _of_nothing(
        self, schedule: str | None, replies: Sequence[Any], further: list[Any]
    ) -> Answered:
        """What is known with nothing remembered: whether there is a test, or a run."""
        raw, exists, stored = replies
        head = decode(raw)
        observed = None
        if stored == 0:
            nothing = (RunCounts(0, 0),) * len(self._ranges)
            observed = Observed(self.test_id, timeline_of((), schedule), nothing)
        return Answered(bool(checked(exists)), head, None, observed, further)

    def _of_index(
        self,
        head: Head,
        schedule: str | None,
        replies: Sequence[Any],
        further: list[Any],
    ) -> Answered:
        """What an index says that is right."""
        memory = self._recalled(replies, schedule)
        if memory is None:
            return Answered(True, head, None, None, further)
        # A run of the future is not on the timeline yet.
        if head.newest <= self._end and memory.as_of != head:
            memory = replace(memory, as_of=head)
        return Answered(True, head, memory, self._observed(memory, replies), further)

    def _is_right(self, head: Head, checks: Sequence[Any]) -> bool:
        """Whether the index is, by the counts that an earlier head of its epoch asked
        for: since then it only got runs that are not older than its newest."""
        asked = self._head
        if asked == head:
            return head.is_complete and head.holds(checks)
        if asked is None or head.epoch != asked.epoch or not head.is_complete:
            return False
        later = head.total - asked.total
        return head._replace(at_newest=asked.at_newest + later).holds(checks, later)

    def _recalled(self, replies: Sequence[Any], schedule: str | None) -> Memory | None:
        """The memory, brought up to now; None where it is not of these runs."""
        memory = self._memory
        if memory and self._is_brief:
            return memory.with_tail(memory.tail or (), schedule)
        passed, failed, *found = replies[:TAIL]
        tail, oldest = both_points_of(found[:2]), both_points_of(found[2:])
        left = memory and memory.trimmed(passed, failed, min(oldest, default=None))
        return left.with_tail(tail, schedule) if left else None

    def _observed(self, memory: Memory, replies: Sequence[Any]) -> Observed:
        counts = counts_of(replies[0 if self._is_brief else TAIL : -CHECKS])
        return Observed(self.test_id, memory.line, counts, memory.newest)


@lru_cache(maxsize=4096)
def _checks(head: Head, results: str, names: IndexKeys) -> Packed:
    """Whether the index is right, and what its head is after all of it."""
    return Packed.of([*head.checks(results, names), ("GET", names.head)])


def is_of(memory: Memory | None, head: Head | None, end: float) -> bool:
    """Whether the memory can be one of this very history, up to the end."""
    if memory is None or head is None or not head.is_complete:
        return False
    return memory.epoch == head.epoch and memory.mark <= end


def _are_readable(replies: Sequence[Any]) -> bool:
    errors = [reply for reply in replies if isinstance(reply, Exception)]
    for error in errors:
        if not is_wrong_type(error):
            raise error
    return not errors


def _text(raw: bytes | Exception | None) -> str | None:
    """The schedule; none where the hash is of another type."""
    if isinstance(raw, Exception):
        _are_readable([raw])
    return raw.decode(errors="replace") if isinstance(raw, bytes) else None
