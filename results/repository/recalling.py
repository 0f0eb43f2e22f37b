"""Timelines by what the process remembers, in one trip for many tests.

What is not remembered is read first, and what is not indexed is indexed first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from results.analysis.observed import Observed
from results.analysis.ranges import TimeRange
from results.analysis.spans import Point
from results.domain import UnknownTest
from results.keys import IndexKeys
from results.reading import BATCH
from results.repository.index_commands import points_of
from results.repository.questions import Answered, Question, is_of
from results.repository.runs import Runs
from results.run_index.head import Head, decode
from results.run_index.remembered import Memory
from results.trip import Command, pipeline

# A first look at what is remembered, one at what was learned since, and two more: a
# test that still differs changes faster than it can be read.
LOOKS = 4
# Of more tests than a page shows most are as they were: asking for less saves more than
# another trip for those that went on costs.
FEW = 100
# Runs a trip, of either outcome, while a history is read.
CHUNK = 20_000


class Wanted(NamedTuple):
    """What is asked about a test beside its timeline."""

    ranges: Sequence[TimeRange] = ()
    further: Sequence[Command] = ()


Wants = Callable[[str], Wanted]


class Seen(NamedTuple):
    """A test as observed (None where it is unknown), and what was asked besides."""

    observed: Observed | None
    further: list[Any]


class Recalling(Runs):
    """Reads timelines through the index."""

    def _recalled(
        self, test_ids: Sequence[str], end: float, wants: Wants
    ) -> dict[str, Seen]:
        """Those that an index tells."""
        found: dict[str, Seen] = {}
        waiting = list(test_ids)
        check = self._on_time()
        # Read just now: what a process remembers may have no room for all of them.
        fresh: dict[str, Memory] = {}
        moved: set[str] = set()
        for look in range(LOOKS):
            if look:
                waiting = [
                    i
                    for i in waiting
                    if i in moved or self._is_remembered(i, end, fresh, check)
                ]
            is_many = len(waiting) > FEW
            questions = [
                self._question(i, end, wants(i), fresh.get(i), is_many) for i in waiting
            ]
            moved.clear()
            for question, answer in self._answers(questions):
                if not answer.is_known:
                    found[question.test_id] = Seen(None, answer.further)
                elif answer.observed is not None:
                    found[question.test_id] = Seen(answer.observed, answer.further)
                elif question.may_be_asked_again(answer):
                    moved.add(question.test_id)
            waiting = [test_id for test_id in waiting if test_id not in found]
            if not waiting:
                break
        return found

    def _question(
        self,
        test_id: str,
        end: float,
        wanted: Wanted,
        fresh: Memory | None,
        is_many: bool,
    ) -> Question:
        key = self.keys.index(test_id).head
        head, memory = self.index.head(key), fresh or self.index.memories.get(key)
        return Question(self.keys, test_id, end, *wanted, head, memory, is_many)

    def _answers(
        self, questions: Sequence[Question]
    ) -> Iterable[tuple[Question, Answered]]:
        """One trip for 500 of them; what they teach is remembered."""
        for start in range(0, len(questions), BATCH):
            batch = questions[start : start + BATCH]
            commands = [command for question in batch for command in question.commands]
            replies = pipeline(self.client, commands)
            last = 0
            for question in batch:
                first, last = last, last + len(question.commands)
                answer = question.answer(replies[first:last])
                self._learn(question, answer)
                yield question, answer

    def _learn(self, question: Question, answer: Answered) -> None:
        key = question.names.head
        self.index.saw(key, answer.head)
        if answer.memory is None:
            self.index.memories.forget(key)
        else:
            self.index.memories.keep(key, answer.memory)

    def _is_remembered(
        self,
        test_id: str,
        end: float,
        fresh: dict[str, Memory],
        check: Callable[[], None],
    ) -> bool:
        """Whether an index can be asked by now; builds it, and reads the history,
        where that is needed, while there is time."""
        check()
        names = self.keys.index(test_id)
        asked: list[Command] = [("HMGET", self.keys.test(test_id), "schedule")]
        try:
            found = self._ask_index(test_id, -math.inf, lambda _head: asked)
        except UnknownTest:
            # Deleted since it was read: asked about without a memory, it says so.
            self.index.memories.forget(names.head)
            return True
        if found is None:
            self.index.memories.forget(names.head)
            return False
        head, (schedule,) = found[0], found[1][0]
        memory = self.index.memories.get(names.head)
        if memory is not None and is_of(memory, head, end):
            return True
        points = self._all_points(names, head, end)
        if points is not None:
            text = None if schedule is None else schedule.decode(errors="replace")
            fresh[test_id] = Memory.of(head.epoch, points, text)
            # At once: where no time is left for the rest, the next request goes on.
            self.index.memories.keep(names.head, fresh[test_id])
        return True

    def _all_points(
        self, names: IndexKeys, head: Head, end: float
    ) -> list[Point] | None:
        """Every run up to the end that the index knew at this head; None when others
        than newer ones changed meanwhile."""
        check, last = self._on_time(), min(end, head.newest)
        points: list[Point] = []
        for start in range(0, head.total, CHUNK):
            check()
            ranks = (start, start + CHUNK - 1, "WITHSCORES")
            asked: list[Command] = [("GET", names.head)]
            asked += [("ZRANGE", key, *ranks) for key in (names.passed, names.failed)]
            raw, *found = pipeline(self.client, asked)
            seen = decode(raw)
            if seen is None or seen.epoch != head.epoch:
                return None
            for reply, passed in zip(found, (True, False), strict=True):
                points += points_of(reply, passed)
        return sorted(point for point in points if 0 <= point[0] <= last)
