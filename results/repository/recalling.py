"""Timelines by what the process remembers, in one trip for many tests.

What is not remembered is read first, and what is not indexed is indexed first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from results.analysis.observed import Observed
from results.analysis.ranges import TimeRange
from results.domain import IndexBuilding
from results.reading import BATCH
from results.repository.along import Along
from results.repository.learning import Learning
from results.repository.questions import Answered, Question
from results.run_index.remembered import Memory
from results.trip import Command, Packed, pipeline

# A first look at what is remembered, one at what was learned since, together or alone,
# one at what was learned alone where that was wrong, and two more: a test that still
# differs changes faster than it can be read.
LOOKS = 5
# Of more tests than a page shows most are as they were: asking for less saves more than
# another trip for those that went on costs.
FEW = 100


class Wanted(NamedTuple):
    """What is asked about a test beside its timeline."""

    ranges: Sequence[TimeRange] = ()
    further: Sequence[Command | Packed] = ()


Wants = Callable[[str], Wanted]


class Seen(NamedTuple):
    """A test as observed (None where it is unknown), and what was asked besides."""

    observed: Observed | None
    further: list[Any]


class Recalling(Learning):
    """Reads timelines through the index."""

    def _recalled(
        self, test_ids: Sequence[str], end: float, wants: Wants, along: Along
    ) -> dict[str, Seen]:
        """Those that an index tells."""
        found: dict[str, Seen] = {}
        try:
            self._recall(test_ids, end, wants, along, found)
        except IndexBuilding as building:
            ready = sum(i in found or self._has_index(i) for i in test_ids)
            raise IndexBuilding(str(building), ready, len(test_ids)) from None
        return found

    def _has_index(self, test_id: str) -> bool:
        """As far as this process has seen."""
        head = self.index.head(self.keys.index(test_id).head)
        return head is not None and head.is_complete

    def _recall(
        self,
        test_ids: Sequence[str],
        end: float,
        wants: Wants,
        along: Along,
        found: dict[str, Seen],
    ) -> None:
        """Puts them into `found`."""
        waiting = list(test_ids)
        check = self._on_time()
        # Read just now: what a process remembers may have no room for all of them.
        fresh: dict[str, Memory] = {}
        moved: set[str] = set()
        for look in range(LOOKS):
            if look == 1:
                fresh = self._learned(waiting, end, check)
            if look:
                learned = moved | (fresh.keys() if look == 1 else set())
                waiting = [
                    i
                    for i in waiting
                    if i in learned or self._is_remembered(i, end, fresh, check)
                ]
            is_many = len(waiting) > FEW
            questions = [
                self._question(i, end, wants(i), fresh.get(i), is_many) for i in waiting
            ]
            moved.clear()
            for question, answer in self._answers(questions, along):
                if not answer.is_known:
                    found[question.test_id] = Seen(None, answer.further)
                elif answer.observed is not None:
                    found[question.test_id] = Seen(answer.observed, answer.further)
                elif question.may_be_asked_again(answer):
                    moved.add(question.test_id)
            waiting = [test_id for test_id in waiting if test_id not in found]
            if not waiting:
                break

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
        self, questions: Sequence[Question], along: Along
    ) -> Iterable[tuple[Question, Answered]]:
        """One trip for 500 of them; what they teach is remembered."""
        for start in range(0, len(questions), BATCH):
            batch = questions[start : start + BATCH]
            commands = [command for question in batch for command in question.commands]
            replies = pipeline(self.client, [*along.waiting, *commands])
            replies, last = along.parted(replies), 0
            for question in batch:
                first, last = last, last + question.count
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
