"""The newest timing points of a test, and how long its newest passed runs took.

Pages over many tests want the durations of all of them, and their points of a few: the
points are decoded when they are asked for, and durations are remembered by what they
come from.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from results import unreadable
from results.analysis.spans import Point
from results.analysis.summary import recent_durations
from results.codec import timing
from results.domain import TimingPoint
from results.reading import is_wrong_type
from results.trip import scored

# About 2 KB each.
REMEMBERED = 4096
# The last of the formats that are the same for equal values.
_FORMAT = 2


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
        seen = hashlib.blake2b(marshal.dumps(cast(Any, self._reply), _FORMAT)).digest()
        known = remembered.known
        if (known.seen, known.newest) != (seen, newest):
            known = _Known(seen, newest, recent_durations(newest, self.points()))
            remembered.known = known
        return known.durations


class _Known(NamedTuple):
    """Durations, and what they were told from."""

    seen: bytes = b""
    newest: tuple[Point, ...] = ()
    durations: Sequence[int | float] = ()


class _Remembered:
    """What is known of one test; exchanged whole, for requests run in threads."""

    known = _Known()


@lru_cache(maxsize=REMEMBERED)
def _remembered(_key: str) -> _Remembered:
    return _Remembered()
