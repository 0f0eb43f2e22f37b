"""Where in a history the members of a page are: times, and ranks among equals."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from results.codec import cursors
from results.domain import Position
from results.repository.large import Stored

_score = itemgetter(1)


class Placed(NamedTuple):
    """A stored member, and the how manieth of its time it is, newest first; 0 is
    unknown."""

    stored: Stored
    rank: int

    @property
    def position(self) -> Position:
        body, score = self.stored
        return Position(score, self.rank, cursors.digest(body))


def placed_older(
    stored: Sequence[Stored], score: float | None, above: int | None
) -> list[Placed]:
    """Members on the way to older ones, that begins behind `above` members of `score`.

    Where that is None, nobody knows how many of the first time were left out.
    """
    found = []
    for place, (time, group) in enumerate(groupby(stored, _score)):
        if place == 0 and above is None:
            found += [Placed(one, 0) for one in group]
            continue
        passed = (above or 0) if time == score else 0
        found += [Placed(one, passed + n) for n, one in enumerate(group, 1)]
    return found


def placed_newer(
    stored: Sequence[Stored], score: float | None, above: int, is_all: bool
) -> list[Placed]:
    """Members on the way to newer ones, with `above` members of `score` ahead.

    Unless it `is_all` there is, more members may have the time of the last ones.
    """
    last = None if is_all or not stored else stored[-1][1]
    found = []
    for time, group in groupby(stored, _score):
        members = list(group)
        count = above if time == score else len(members)
        is_open = time == last and time != score
        found += [
            Placed(one, 0 if is_open else count - place)
            for place, one in enumerate(members)
        ]
    return found


def page_positions(
    stored: Sequence[Stored], offset: int, total: int
) -> tuple[Position | None, Position | None]:
    """Of a page by offset, newest first: the positions for the previous and the next
    page, where there are any. What stands before the page is not known."""
    if not stored:
        return None, None
    previous = Placed(stored[0], 0).position if offset else None
    if offset + len(stored) >= total:
        return previous, None
    last, rank = stored[-1][1], 0
    for _, score in reversed(stored):
        if score != last:
            break
        rank += 1
    is_known = rank < len(stored) or not offset
    return previous, Placed(stored[-1], rank if is_known else 0).position
