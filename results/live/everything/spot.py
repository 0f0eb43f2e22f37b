"""Positions in the merged order of all streams: pure values."""

from __future__ import annotations

from typing import NamedTuple

from results.keys import TEST_ID
from results.live.cursors import LARGEST_PART, START, Cursor, parse_cursor

# Sorts behind every test id.
_BEHIND_TESTS = "\x7f"


class Spot(NamedTuple):
    """Behind an entry of a test, and behind all that sorts before it; written
    `<entry id>@<test id>`."""

    cursor: Cursor
    test_id: str

    def __str__(self) -> str:
        return f"{self.cursor}@{self.test_id}" if self.test_id else str(self.cursor)

    def cursor_in(self, test_id: str) -> Cursor:
        """The position in a test's own stream: what lies behind it there is exactly
        what lies behind the spot."""
        return self.cursor if test_id <= self.test_id else _before(self.cursor)


# Every entry lies behind it; written `0-0`.
BEGINNING = Spot(START, "")


def spot_before(cursor: Cursor) -> Spot:
    """Behind all entries with smaller ids, whatever their tests are."""
    return Spot(_before(cursor), _BEHIND_TESTS)


def parse_spot(text: str) -> Spot:
    """`<entry id>@<test id>`, or `0` or `0-0`; raises `ValueError`."""
    entry_id, at, test_id = text.partition("@")
    cursor = parse_cursor(entry_id)
    if at and not TEST_ID.fullmatch(test_id):
        raise ValueError("not a test id")
    if cursor == START:
        return BEGINNING
    if not at:
        raise ValueError("the test id is missing")
    return Spot(cursor, test_id)


def _before(cursor: Cursor) -> Cursor:
    if cursor.seq:
        return Cursor(cursor.ms, cursor.seq - 1)
    return Cursor(cursor.ms - 1, LARGEST_PART) if cursor.ms else START
