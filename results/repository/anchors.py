"""Finds the member of a position again, among those of its time.

Where it is gone, the count of members of that very time that were newer says where it
was: right whatever was trimmed, and whatever came and went at other times.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from results.codec import cursors
from results.domain import UNREAD, Position
from results.repository.large import LargePages

SEARCHED = 100


class Anchor(NamedTuple):
    """Where a walk begins: behind the `above` newest members of a time, of which the
    next one is the member that was met before, if it `is_there`.

    What follows it is ahead of a walk to older runs, the `above` of one to newer runs.
    """

    score: float
    above: int
    is_there: bool

    @property
    def passed(self) -> int:
        """How many members of that time a walk to older runs leaves behind."""
        return self.above + self.is_there


def is_met(body: Any, position: Position) -> bool:
    """Whether it is the member of the position, as far as both are known."""
    if body is None:
        return False
    if position.digest == UNREAD or not isinstance(body, bytes):
        return True
    return cursors.digest(body) == position.digest


class Anchors(LargePages):
    """Turns positions into anchors."""

    def _located(self, test_id: str, position: Position, older: bool) -> Anchor:
        """Looks at the members of that time, first where the member was."""
        score, rank = position.score, position.rank
        if rank and is_met(self._member_at(test_id, score, rank - 1), position):
            return Anchor(score, rank - 1, True)
        place = count = 0
        while True:
            chunk = self._of_time(test_id, score, place, SEARCHED)
            for body in chunk:
                if position.digest != UNREAD and isinstance(body, bytes):
                    if is_met(body, position):
                        return Anchor(score, count, True)
                count += 1
            if len(chunk) < SEARCHED:
                return _gone(position, count, older)
            place += SEARCHED

    def _member_at(self, test_id: str, score: float, place: int) -> Any:
        """The member of that place among those of a time; None without one."""
        return next(iter(self._of_time(test_id, score, place, 1)), None)

    def _of_time(self, test_id: str, score: float, place: int, count: int) -> list[Any]:
        bound = repr(score)
        asked = ("ZREVRANGEBYSCORE", bound, bound, "LIMIT", place, count)
        (found,) = self._read_ranges(test_id, [asked]).ranges
        return [body for body, _ in found]


def _gone(position: Position, count: int, older: bool) -> Anchor:
    """Without any rank: rather all of that time once more than some of it never."""
    if position.rank:
        return Anchor(position.score, min(position.rank - 1, count), False)
    if position.digest == UNREAD and count == 1:
        return Anchor(position.score, 0, True)
    return Anchor(position.score, 0 if older else count, False)
