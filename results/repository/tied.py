"""Reads the members of runs whose times and digests are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from results.codec import facts as facts_codec
from results.codec.facts import RunFacts
from results.repository.anchors import Anchor
from results.repository.candidates import Tie
from results.repository.large import Stored
from results.repository.positions import Placed
from results.repository.walks import Walks
from results.trip import Command, pipeline

# Of a time with many members, so many more are looked at in one trip.
CHUNK = 100
Wanted = dict[str, tuple[str, RunFacts]]


class TiedRuns(Walks):
    """Looks among the members of a time for those that are wanted."""

    def _members(
        self,
        test_id: str,
        ties: Sequence[Tie],
        anchor: Anchor | None,
        older: bool,
        enough: int,
    ) -> list[Placed]:
        """As many members of the ties as there have to be, in the walk's order."""
        found: list[Placed] = []
        while ties and len(found) < enough:
            some, ties = ties[: enough - len(found)], ties[enough - len(found) :]
            found += self._of_ties(test_id, some, anchor, older, enough - len(found))
        return found

    def _of_ties(
        self,
        test_id: str,
        ties: Sequence[Tie],
        anchor: Anchor | None,
        older: bool,
        enough: int,
    ) -> list[Placed]:
        """In one trip the first members of each time, which mostly are all of it."""
        places = [self._place(test_id, tie.score, anchor, older) for tie in ties]
        sizes = [min(len(tie.wanted), enough) + 1 for tie in ties]
        asked = [
            _of_time(tie.score, older, place, size)
            for tie, place, size in zip(ties, places, sizes, strict=True)
        ]
        read = self._read_ranges(test_id, asked, self._totals(test_id, ties))
        found: list[Placed] = []
        for tie, place, size, first, total in zip(
            ties, places, sizes, read.ranges, read.replies, strict=True
        ):
            for stored, at in self._wanted(test_id, tie, older, place, size, first):
                found.append(Placed(stored, at + 1 if older else total - at))
                if len(found) == enough:
                    return found
        return found

    def _wanted(
        self,
        test_id: str,
        tie: Tie,
        older: bool,
        place: int,
        size: int,
        chunk: list[Stored],
    ) -> Iterator[tuple[Stored, int]]:
        """Members that are wanted with their places, until all of them were met."""
        wanted = dict(tie.wanted)
        while True:
            for at, stored in enumerate(chunk, place):
                if _is_taken(stored[0], wanted):
                    yield stored, at
            if not wanted or len(chunk) < size:
                return
            place, size = place + len(chunk), CHUNK
            asked = _of_time(tie.score, older, place, size)
            (chunk,) = self._read_ranges(test_id, [asked]).ranges

    def _place(
        self, test_id: str, score: float, anchor: Anchor | None, older: bool
    ) -> int:
        """How many of a time's members the walk passed before, in its direction."""
        if anchor is None or score != anchor.score:
            return 0
        if older:
            return anchor.passed
        (total,) = pipeline(self.client, [self._total(test_id, score)])
        return max(0, int(total) - anchor.above)

    def _totals(self, test_id: str, ties: Sequence[Tie]) -> list[Command]:
        return [self._total(test_id, tie.score) for tie in ties]

    def _total(self, test_id: str, score: float) -> Command:
        return ("ZCOUNT", self.keys.results(test_id), repr(score), repr(score))


def _of_time(score: float, older: bool, place: int, size: int) -> Command:
    name = "ZREVRANGEBYSCORE" if older else "ZRANGEBYSCORE"
    return (name, repr(score), repr(score), "LIMIT", place, size)


def _is_taken(body: Any, wanted: Wanted) -> bool:
    """Whether the member is one of those; each is taken once."""
    if isinstance(body, bytes):
        return wanted.pop(facts_codec.member_digest(body), None) is not None
    summary, size = body
    run_id = orjson.loads(summary)["run_id"]
    found = (d for d, (i, f) in wanted.items() if (i, f.size_bytes) == (run_id, size))
    digest = next(found, None)
    return digest is not None and wanted.pop(digest, None) is not None
