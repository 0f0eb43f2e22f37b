"""How long the request that a thread works on may still wait for the store.

A time-out of a socket bounds one read of it: a reply that comes byte by byte passes it
for ever, and ten commands may each take almost as long. So a request has one budget
for all its round trips, and no read waits longer than what is left of it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from math import inf
from typing import TypeVar

REQUEST_SECONDS = 2.0
Part = TypeVar("Part")


class _Patience(threading.local):
    """`left` seconds between two trips; the trip under way has to end at `until`."""

    left = inf
    until = inf


_mine = _Patience()


def begin(seconds: float | None = None) -> None:
    """From here on this thread waits for so long in all, a request's time if None."""
    _mine.left = REQUEST_SECONDS if seconds is None else seconds
    _mine.until = inf


def end() -> None:
    """From here on nothing but the sockets' own time-outs counts."""
    _mine.left = _mine.until = inf


def depart() -> float:
    """A trip begins; `arrive` is told what this returns."""
    now = time.monotonic()
    _mine.until = now + _mine.left
    return now


def arrive(departed: float) -> None:
    """The trip is over, however it ended."""
    _mine.left -= time.monotonic() - departed
    _mine.until = inf


def remaining() -> float:
    """Seconds for which the next read may wait; less than nothing when it is over."""
    mine = _mine
    return mine.left if mine.until is inf else mine.until - time.monotonic()


def each_in_time(parts: Iterator[Part]) -> Iterator[Part]:
    """The parts of an answer that may take longer: each has a time of its own."""
    while True:
        begin()
        try:
            part = next(parts)
        except StopIteration:
            return
        finally:
            end()
        yield part
