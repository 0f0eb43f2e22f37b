"""Learns histories that the process does not remember: of many tests at once where
that can be, else of one after the other; an index that is missing is built first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from results.analysis.spans import Point
from results.domain import UnknownTest
from results.keys import IndexKeys
from results.repository.index_commands import points_of
from results.repository.questions import is_of
from results.repository.runs import Runs
from results.run_index.building_many import build_short
from results.run_index.head import Head, decode
from results.run_index.remembered import Memory
from results.trip import Command, pipeline

# Runs a trip, of either outcome, while a history is read.
CHUNK = 20_000


class Learning(Runs):
    """Reads whole histories, as the index has them."""

    def _learned(
        self, test_ids: Sequence[str], end: float, check: Callable[[], None]
    ) -> dict[str, Memory]:
        """What can be learned together about tests that nothing is remembered of."""
        heads = {i: self.keys.index(i).head for i in test_ids}
        new = [i for i, key in heads.items() if self.index.head(key) is None]
        if new:
            for key, head in build_short(self.client, self.keys, new, check):
                self.index.saw(key, head)
        fresh: dict[str, Memory] = {}
        for group in self._groups(heads, end):
            check()
            for test_id, memory in self._together(group, end):
                fresh[test_id] = memory
                # At once: where no time is left for the rest, the next request goes on.
                self.index.memories.keep(heads[test_id], memory)
        return fresh

    def _groups(self, heads: dict[str, str], end: float) -> Iterator[list[str]]:
        """Tests with an index that are not remembered, by how much comes at once."""
        group: list[str] = []
        runs = 0
        for test_id, key in heads.items():
            head, memory = self.index.head(key), self.index.memories.get(key)
            if head is None or head.total > CHUNK or is_of(memory, head, end):
                continue
            if group and runs + head.total > CHUNK:
                yield group
                group, runs = [], 0
            group.append(test_id)
            runs += head.total
        if group:
            yield group

    def _together(
        self, test_ids: Sequence[str], end: float
    ) -> Iterator[tuple[str, Memory]]:
        """Those whose index stayed the same while it was read."""
        asked: list[Command] = []
        for test_id in test_ids:
            names = self.keys.index(test_id)
            get: Command = ("GET", names.head)
            asked += [get, ("HGET", self.keys.test(test_id), "schedule")]
            for key in (names.passed, names.failed):
                asked.append(("ZRANGE", key, 0, -1, "WITHSCORES"))
            asked.append(get)
        replies = pipeline(self.client, asked)
        for place, test_id in enumerate(test_ids):
            raw, schedule, *found, again = replies[5 * place : 5 * place + 5]
            head = decode(raw)
            if head is None or raw != again or not head.is_complete:
                continue
            if not any(isinstance(reply, Exception) for reply in (schedule, *found)):
                points = _points(found, min(end, head.newest))
                yield test_id, Memory.of(head.epoch, points, _text(schedule))

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
            fresh[test_id] = Memory.of(head.epoch, points, _text(schedule))
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
            points += _points(found, last)
        return sorted(points)


def _points(found: Sequence[Any], last: float) -> list[Point]:
    """Those that count, of the passed and the failed ones, sorted."""
    passed, failed = found
    points = points_of(passed, True) + points_of(failed, False)
    return sorted(point for point in points if 0 <= point[0] <= last)


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode(errors="replace")
