"""Positions in a Redis stream: pure values, ordered as Redis orders them."""

from __future__ import annotations

import re
from typing import NamedTuple

LARGEST_PART = 2**64 - 1
_STREAM_ID = re.compile(r"([0-9]{1,20})(?:-([0-9]{1,20}))?")


class Cursor(NamedTuple):
    """A concrete stream id: milliseconds, and a number within the millisecond."""

    ms: int
    seq: int

    def __str__(self) -> str:
        return f"{self.ms}-{self.seq}"


# Every entry lies behind it.
START = Cursor(0, 0)


def parse_cursor(text: str) -> Cursor:
    """`ms-seq`, or `ms` for `ms-0`, each within 64 bit; raises `ValueError`."""
    found = _STREAM_ID.fullmatch(text)
    if not found:
        raise ValueError("not a stream id")
    cursor = Cursor(int(found[1]), int(found[2] or 0))
    if max(cursor) > LARGEST_PART:
        raise ValueError("beyond 64 bit")
    # Redis refuses a range that begins behind the very last id.
    return min(cursor, Cursor(LARGEST_PART, LARGEST_PART - 1))
