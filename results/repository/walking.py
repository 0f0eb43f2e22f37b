"""Walks over the members of a range from a position on, in either direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from results.analysis.asking import RunQuestion
from results.domain import Position
from results.repository.anchors import Anchor, Anchors, is_met
from results.repository.large import Ranges, Stored
from results.repository.positions import Placed, placed_newer, placed_older
from results.trip import Command, pipeline

# How often a page is read again because members of that very time came or went.
TRIES = 5


class Walked(NamedTuple):
    """What a walk met, in its direction; whether there is more ahead, and behind."""

    found: list[Placed]
    is_more: bool
    is_begun: bool
    read: Ranges


class Walking(Anchors):
    """Goes through results, whatever they are; one trip where the anchor is there."""

    def _walk(
        self,
        test_id: str,
        asked: RunQuestion,
        offset: int,
        limit: int,
        further: Sequence[Command] = (),
    ) -> Walked:
        """`further` commands are asked in the same MULTI, and answered first."""
        position, older = asked.anchor, asked.walks_older
        commands = [*further, *self._behind(test_id, asked)]
        if position is None:
            return self._from_edge(test_id, asked, offset, limit, commands)
        anchor = Anchor(position.score, position.rank - 1, True)
        if not position.rank:
            anchor = self._located(test_id, position, older)
        for _ in range(TRIES):
            read = self._read_around(test_id, asked, anchor, limit + 1, commands)
            ahead = _ahead(read, anchor, position, older)
            if ahead is not None:
                return self._from_anchor(test_id, asked, anchor, limit, read, ahead)
            anchor = self._located(test_id, position, older)
        # Its time changes faster than it is read: what was newer still counts.
        anchor = anchor._replace(is_there=False)
        read = self._read_around(test_id, asked, anchor, limit + 1, commands)
        ahead = _ahead(read, anchor, position, older) or []
        return self._from_anchor(test_id, asked, anchor, limit, read, ahead)

    def _from_edge(
        self,
        test_id: str,
        asked: RunQuestion,
        offset: int,
        limit: int,
        commands: Sequence[Command],
    ) -> Walked:
        """From the newest or the oldest of the range on, or from a time on."""
        low, high = asked.ahead
        page: Command = ("ZRANGEBYSCORE", low, high, "LIMIT", offset, limit + 1)
        if asked.walks_older:
            page = ("ZREVRANGEBYSCORE", high, low, "LIMIT", offset, limit + 1)
        read = self._read_ranges(test_id, [page], commands)
        (stored,) = read.ranges
        if asked.walks_older:
            found = placed_older(stored, None, None if offset else 0)
        else:
            found = placed_newer(stored, None, 0, len(stored) <= limit)
        is_begun = bool(offset) or bool(asked.behind and read.replies[-1])
        kept = self._kept(test_id, found, limit, is_cut=offset > 0)
        return Walked(kept, len(found) > limit, is_begun, read)

    def _from_anchor(
        self,
        test_id: str,
        asked: RunQuestion,
        anchor: Anchor,
        limit: int,
        read: Ranges,
        ahead: list[Stored],
    ) -> Walked:
        behind, score, above = read.replies[-1], anchor.score, anchor.above
        if asked.walks_older:
            found = placed_older(ahead, score, anchor.passed)
            is_begun = behind + anchor.passed > 0
        else:
            ahead = ahead[: limit + 1]
            found = placed_newer(ahead, score, above, len(ahead) <= limit)
            is_begun = behind > above
        kept = self._kept(test_id, found, limit)
        return Walked(kept, len(found) > limit, is_begun, read)

    def _read_around(
        self,
        test_id: str,
        asked: RunQuestion,
        anchor: Anchor,
        count: int,
        commands: Sequence[Command],
    ) -> Ranges:
        """The anchor, if it is there, and so many members behind it."""
        (low, high), here = asked.scores.words, repr(anchor.score)
        above, there = anchor.above, int(anchor.is_there)
        if asked.walks_older:
            onward = ("ZREVRANGEBYSCORE", here, low, "LIMIT", above, count + there)
            return self._read_ranges(test_id, [onward], commands)
        skipped = max(0, above - count)
        tied = ("ZREVRANGEBYSCORE", here, here, "LIMIT", skipped)
        newer = ("ZRANGEBYSCORE", f"({here}", high, "LIMIT", 0, count)
        ranges = [(*tied, above - skipped + there), newer]
        return self._read_ranges(test_id, ranges, commands)

    def _kept(
        self, test_id: str, found: list[Placed], limit: int, is_cut: bool = False
    ) -> list[Placed]:
        """The page. If the time of its last member goes on behind it, it holds the
        oldest members of that time (unless it `is_cut` before), and the count of all
        tells their ranks."""
        kept = found[:limit]
        last = kept[-1].stored[1] if kept else None
        tied = sum(placed.stored[1] == last for placed in kept)
        if not kept or kept[-1].rank or (is_cut and tied == len(kept)):
            return kept
        count: Command = ("ZCOUNT", self.keys.results(test_id), repr(last), repr(last))
        (total,) = pipeline(self.client, [count])
        first = len(kept) - tied
        return kept[:first] + [
            placed._replace(rank=max(0, int(total) - n))
            for n, placed in enumerate(kept[first:])
        ]

    def _behind(self, test_id: str, asked: RunQuestion) -> list[Command]:
        if asked.behind is None:
            return []
        return [("ZCOUNT", self.keys.results(test_id), *asked.behind)]


def _ahead(
    read: Ranges, anchor: Anchor, position: Position, older: bool
) -> list[Stored] | None:
    """What is ahead of the anchor; None where another member is in its place."""
    first = read.ranges[0] if older else read.ranges[0][::-1]
    if anchor.is_there:
        if (
            not first
            or first[0][1] != anchor.score
            or not is_met(first[0][0], position)
        ):
            return None
        first = first[1:]
    return first if older else first + read.ranges[1]
