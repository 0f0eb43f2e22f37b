"""The newest timing points of a test, and how long its newest passed runs took.

Pages over many tests want the durations of all of them, and their points of a few: the
points are decoded when they are asked for, and durations are remembered by what they
come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from results import unreadable
from results.analysis.spans import Point
from results.analysis.summary import recent_durations
from results.codec import timing
from results.domain import TimingPoint
from results.reading import is_wrong_type
from results.trip import scored

# About 2 KB each.
REMEMBERED = 4096


class Latest:
    """What the newest members of the timing key are, given the reply that holds them
    with their scores; nothing where the key is of another type."""

    def __init__(self, key: str, reply: Any) -> None:
        self._key = key
        self._reply: Sequence[Any] = () if is_wrong_type(reply) else reply

    def points(self) -> list[TimingPoint]:
        """The points, newest first; corrupt ones are left out and noted."""
        pairs = scored(self._reply)
        return unreadable.left_out(self._key, pairs, lambda p: timing.decode_member(*p))

    def durations(self, newest: tuple[Point, ...]) -> Sequence[int | float]:
        """Milliseconds, ascending, of those of the newest 50 runs that passed."""
        if not self._reply:
            return []
        remembered = _remembered(self._key)
        # Python keys this hash anew in each process: nobody can store a pair that
        # collides, and by chance 64 bits never do.
        seen = hash(_hashable(self._reply))
        known = remembered.known
        if (known.seen, known.newest) != (seen, newest):
            known = _Known(seen, newest, recent_durations(newest, self.points()))
            remembered.known = known
        return known.durations


def _hashable(reply: Sequence[Any]) -> tuple[Any, ...]:
    """Members and scores, in either protocol's shape."""
    if isinstance(reply[0], list):
        return tuple(map(tuple, reply))
    return tuple(reply)


class _Known(NamedTuple):
    """Durations, and what they were told from."""

    seen: int = 0
    newest: tuple[Point, ...] = ()
    durations: Sequence[int | float] = ()


class _Remembered:
    """What is known of one test; exchanged whole, for requests run in threads."""

    known = _Known()


@lru_cache(maxsize=REMEMBERED)
def _remembered(_key: str) -> _Remembered:
    return _Remembered()
