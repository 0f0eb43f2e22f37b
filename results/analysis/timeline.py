"""The state of a test as a step function of time: the one model of availability.

Origin: each run sets the state to its outcome from the run's time until the next run,
but for at most three expected intervals; beyond that, and before the first run, it is
unknown. Runs of one time follow each other in the order of their ids.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple

from results.analysis.spans import Span

# For how many expected intervals a run says what the state is.
KNOWN_INTERVALS = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)
# Microseconds that were up, and that were down.
_Sums = tuple[int, int]


class StateTime(NamedTuple):
    """For how long the state was what; the three add up to the length looked at."""

    up: timedelta
    down: timedelta
    unknown: timedelta

    @property
    def known(self) -> timedelta:
        return self.up + self.down

    @property
    def length(self) -> timedelta:
        return self.known + self.unknown


class Timeline:
    """The states of a test over its whole kept history.

    `spans` hold every kept run once, oldest first, and none beyond the clock skew;
    gaps inside one are shorter than `known_for`, for which a run says what the state
    is. Looking at a stretch of time costs the same wherever it is, however long.
    """

    def __init__(self, spans: Sequence[Span], expected: timedelta) -> None:
        self.spans = tuple(spans)
        self.expected = expected
        self.known_for = KNOWN_INTERVALS * expected
        self._starts = [_micros(span.first_at) for span in self.spans]
        self._ends = self._known_ends()
        self._sums = self._sums_before()
        self._last: tuple[int, _Sums] = -1, (0, 0)
        # What was folded of it (`outages`), which is remembered with it.
        self.folded: dict[tuple[int, int], Any] = {}

    @property
    def oldest(self) -> datetime | None:
        """The time of the oldest kept run."""
        return self.spans[0].first_at if self.spans else None

    @property
    def newest(self) -> Span | None:
        """The span that the newest run ends."""
        return self.spans[-1] if self.spans else None

    @property
    def last_passed(self) -> Span | None:
        """The span that the newest passed run ends."""
        return next((span for span in reversed(self.spans) if span.passed), None)

    def known_until(self, place: int) -> datetime:
        """Until when the state is that of the span with this index: never later than
        the next span's first run, and not clipped to now."""
        return _EPOCH + self._ends[place] * _MICROSECOND

    def state_at(self, moment: datetime) -> bool | None:
        """True for up, False for down, None for unknown."""
        micros = _micros(moment)
        place = bisect_right(self._starts, micros) - 1
        if place < 0 or micros >= self._ends[place]:
            return None
        return self.spans[place].passed

    def states(self, start: datetime, end: datetime) -> StateTime:
        """The states from `start` (included) to `end`; nothing where it is later."""
        low = _micros(start)
        high = max(low, _micros(end))
        (up, down), (up_before, down_before) = self._sum_to(high), self._sum_at(low)
        up, down = up - up_before, down - down_before
        unknown = high - low - up - down
        return StateTime(up * _MICROSECOND, down * _MICROSECOND, unknown * _MICROSECOND)

    def _known_ends(self) -> list[int]:
        known_for = self.known_for // _MICROSECOND
        lasts = [_micros(span.last_at) + known_for for span in self.spans]
        return [*map(min, lasts, self._starts[1:]), *lasts[-1:]]

    def _sums_before(self) -> list[_Sums]:
        """What lies before each span."""
        sums, up, down = [], 0, 0
        for span, start, end in zip(self.spans, self._starts, self._ends, strict=True):
            sums.append((up, down))
            up, down = _added(up, down, span.passed, end - start)
        return sums

    def _sum_to(self, micros: int) -> _Sums:
        """The same as `_sum_at`; windows that end together ask it one by one."""
        end, sums = self._last
        if end != micros:
            sums = self._sum_at(micros)
            self._last = micros, sums
        return sums

    def _sum_at(self, micros: int) -> _Sums:
        """What lies before a moment."""
        place = bisect_right(self._starts, micros) - 1
        if place < 0:
            return 0, 0
        up, down = self._sums[place]
        known = min(micros, self._ends[place]) - self._starts[place]
        return _added(up, down, self.spans[place].passed, known)


def _added(up: int, down: int, passed: bool, known: int) -> _Sums:
    return (up + known, down) if passed else (up, down + known)


# The ends of the same windows, for every test.
@lru_cache(maxsize=1024)
def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
