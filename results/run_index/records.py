"""Reads stretches of `results:{id}` for the index, newest first, a few MB at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from redis import Redis

from results.codec.facts import sight
from results.reading import checked
from results.run_index.change import CannotMend, Sighted, Span
from results.trip import Command, Scored, pipeline, scored

# The first look is small, for records may be huge.
FIRST_RECORDS = 8
MOST_RECORDS = 2000
CHUNK_BYTES = 8 * 1024 * 1024
# A stretch with more than this is not read again in one go: building keeps progress.
SPAN_BYTES = 64 * 1024 * 1024
# What a reader calls between two chunks; it raises when there is no time left.
OnTime = Callable[[], None]


class Stretch(NamedTuple):
    """Times as Redis takes them, and which of the members between, newest first."""

    low: str
    high: str
    offset: int
    size: int


class RecordReader:
    """Reads members of one key and keeps of each what the index needs.

    While some are looked at, those that are asked for next are on their way.
    """

    def __init__(self, client: Redis, key: str, on_time: OnTime) -> None:
        self._client = client
        self._key = key
        self._on_time = on_time
        self._size = FIRST_RECORDS
        self._ahead = ThreadPoolExecutor(1, "records")
        self._coming: tuple[Stretch, Future[list[Scored]]] | None = None

    def span(self, span: Span) -> list[Sighted]:
        """Every member of the span; raises `CannotMend` when it is very large."""
        return self._all(span.low, span.high, SPAN_BYTES)

    def before(self, score: float | None) -> tuple[list[Sighted], bool]:
        """Some of the newest members older than `score` (None: of all), and whether
        that is all of them. Members of one time are never parted."""
        high = "+inf" if score is None else f"({score!r}"
        wanted = Stretch("-inf", high, 0, self._size)
        members = self._members(wanted)
        if len(members) < wanted.size:
            return _sighted(members), True
        last = members[-1][1]
        whole = [member for member in members if member[1] != last]
        if not whole:
            return self._all(repr(last), repr(last)), False
        self._ask_for(Stretch("-inf", f"({whole[-1][1]!r}", 0, self._size))
        return _sighted(whole), False

    def _all(self, low: str, high: str, most: float = math.inf) -> list[Sighted]:
        seen: dict[str, Sighted] = {}
        offset = 0
        while True:
            wanted = Stretch(low, high, offset, self._size)
            chunk = _sighted(self._members(wanted))
            # A run that arrives meanwhile shifts the rest, which is then met twice.
            seen |= {sighting.digest: (sighting, at) for sighting, at in chunk}
            offset += wanted.size
            if len(chunk) < wanted.size:
                return list(seen.values())
            if sum(sighting.size_bytes for sighting, _ in seen.values()) > most:
                raise CannotMend("too much to read again at once")

    def _members(self, wanted: Stretch) -> list[Scored]:
        self._on_time()
        coming, self._coming = self._coming, None
        if coming and coming[0] == wanted:
            members = coming[1].result()
        else:
            members = self._fetch(wanted)
        self._adapt(members)
        return members

    def _ask_for(self, wanted: Stretch) -> None:
        self._coming = wanted, self._ahead.submit(self._fetch, wanted)

    def _fetch(self, wanted: Stretch) -> list[Scored]:
        low, high, offset, size = wanted
        asked: Command = ("ZREVRANGEBYSCORE", self._key, high, low, "WITHSCORES")
        limited = (*asked, "LIMIT", offset, size)
        return scored(checked(pipeline(self._client, [limited])[0]))

    def _adapt(self, members: list[Scored]) -> None:
        """Ask for so many next that they come to some MB, by the size of these."""
        if members:
            average = sum(len(member) for member, _ in members) // len(members)
            self._size = max(1, min(MOST_RECORDS, CHUNK_BYTES // max(1, average)))


def _sighted(members: list[Scored]) -> list[Sighted]:
    return [(sight(member), score) for member, score in members]
