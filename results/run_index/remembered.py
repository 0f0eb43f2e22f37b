"""What a process remembers of histories, so that no request folds one again.

A memory is of the runs before a mark, which is the time of the newest run that was
seen; those from the mark on are read each time. It holds as long as the epoch of the
index does (see `Head`): then the runs before the mark are those that are remembered,
but for the oldest, which may have gone; their counts tell how many. Forgetting costs
time, never a right answer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock

from results.analysis.expected import RECENT_RUNS, cron_interval, expected_interval
from results.analysis.spans import Point, Span, cut, fold, joined
from results.analysis.timeline import KNOWN_INTERVALS, Timeline
from results.run_index.head import Head

# About 250 bytes each.
MOST_SPANS = 200_000
# Without a cron the expected interval moves with each run: spans that are parted at
# shorter gaps than necessary serve for longer.
ROOM = 0.6
COARSEST = 4


@dataclass(frozen=True, slots=True)
class Memory:
    """The spans of all runs before `mark`, parted at gaps over `gap` seconds.

    `passed` and `failed` count those runs, `recent` are the newest 50 of them. `tail`
    are the runs from the mark on, as seen last, and `line` all of it together; without
    a tail the line has yet to be told. `as_of` is the head of the index whose runs are
    all in here, the tail's included.
    """

    epoch: str
    mark: float
    passed: int
    failed: int
    recent: tuple[Point, ...]
    gap: float
    spans: tuple[Span, ...]
    tail: tuple[Point, ...] | None
    line: Timeline
    as_of: Head | None = None

    @classmethod
    def of(cls, epoch: str, points: Sequence[Point], schedule: str | None) -> Memory:
        """The memory of a whole history, given as sorted points."""
        expected = _expected(schedule, points[-RECENT_RUNS:])
        known = _known_seconds(expected)
        gap = known if cron_interval(schedule or "") else known * ROOM
        nothing = cls(epoch, 0.0, 0, 0, (), gap, (), (), Timeline((), expected))
        return nothing._with(points, expected)

    def with_tail(self, tail: Sequence[Point], schedule: str | None) -> Memory | None:
        """The memory once the runs from the mark on are these sorted points; None
        where the schedule is another one, so that all has to be folded anew."""
        expected = cron_interval(schedule or "") or _expected(
            schedule, [*self.recent, *tail][-RECENT_RUNS:]
        )
        if not self.gap <= _known_seconds(expected) <= self.gap * COARSEST:
            return None
        if expected == self.line.expected and tuple(tail) == self.tail:
            return self
        return self._with(tail, expected)

    def trimmed(self, passed: int, failed: int, oldest: Point | None) -> Memory | None:
        """The memory with as many runs as are left before the mark, given the oldest
        run of all; None where it has other runs than these."""
        left = passed + failed
        if (passed, failed) == (self.passed, self.failed):
            return self
        if not left:
            return replace(self, passed=0, failed=0, recent=(), spans=(), tail=None)
        spans = oldest and cut(self.spans, oldest, passed, failed)
        recent = self.recent[-left:]
        if not spans or (len(recent) < len(self.recent) and recent[0] != oldest):
            return None
        left_over = replace(self, recent=recent, spans=spans, tail=None)
        return replace(left_over, passed=passed, failed=failed)

    @property
    def newest(self) -> tuple[Point, ...]:
        """The newest 50 runs, or as many as there are, oldest first."""
        return (*self.recent, *(self.tail or ()))[-RECENT_RUNS:]

    def _with(self, points: Sequence[Point], expected: timedelta) -> Memory:
        mark = points[-1][0] if points else self.mark
        old = [point for point in points if point[0] < mark]
        tail = tuple(points[len(old) :])
        passed = sum(point[2] for point in old)
        spans = joined(self.spans, fold(old, self.gap), self.gap)
        whole = joined(spans, fold(tail, self.gap), self.gap)
        return Memory(
            epoch=self.epoch,
            mark=mark,
            passed=self.passed + passed,
            failed=self.failed + len(old) - passed,
            recent=(*self.recent, *old)[-RECENT_RUNS:],
            gap=self.gap,
            spans=tuple(spans),
            tail=tail,
            line=Timeline(whole, expected),
        )


class Memories:
    """The memories of one process, by the key of the index' head; the least used of
    them go when there are too many spans."""

    def __init__(self, most_spans: int = MOST_SPANS) -> None:
        self._most = most_spans
        self._spans = 0
        self._kept: OrderedDict[str, Memory] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Memory | None:
        """What is remembered of the history."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: str, memory: Memory) -> None:
        """Remember this from now on."""
        with self._lock:
            if self._kept.get(key) is memory:
                return
            self._forget(key)
            self._kept[key] = memory
            self._spans += _cost(memory)
            while self._spans > self._most:
                self._forget(next(iter(self._kept)))

    def forget(self, key: str) -> None:
        """Remember nothing of it."""
        with self._lock:
            self._forget(key)

    def _forget(self, key: str) -> None:
        if gone := self._kept.pop(key, None):
            self._spans -= _cost(gone)


def _cost(memory: Memory) -> int:
    """Spans, and the runs of the end that are kept beside them."""
    return 1 + len(memory.spans) + len(memory.recent)


def _expected(schedule: str | None, points: Sequence[Point]) -> timedelta:
    return expected_interval(schedule, [point[0] for point in points])


def _known_seconds(expected: timedelta) -> float:
    return (KNOWN_INTERVALS * expected).total_seconds()
