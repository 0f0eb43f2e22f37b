"""The asynchronous door to the event streams: every read that does not block."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import ResponseError

from results.codec import hashes
from results.keys import Keys
from results.live.cursors import START, Cursor, parse_cursor
from results.live.frames import Frame, StoredEntry, encode_stored
from results.reading import checked, is_wrong_type, scrubber_of
from results.scrub import Scrubber

# Many clients may come at once; their reads share this many connections.
READS_AT_ONCE = 8
READ_SECONDS = 2.0
Queue = Callable[[Pipeline], object]
STREAM_TYPES = (b"stream", b"none")


@dataclass(frozen=True, slots=True)
class Reading:
    """A part of a stream, as of one moment.

    `last` is the id of the last entry that was read (None without one), `is_whole`
    whether nothing lies behind it, and `newest` the newest id that the stream ever
    gave out (`START` when there is no stream). An unknown test has nothing to read.
    """

    is_known: bool
    frames: list[Frame]
    last: Cursor | None
    is_whole: bool
    newest: Cursor


@dataclass(frozen=True, slots=True)
class _Found:
    test_id: str
    is_known: bool
    stored: list[StoredEntry]
    scrubber: Scrubber
    newest: Cursor

    def reading(self, stored: list[StoredEntry], is_whole: bool) -> Reading:
        frames = encode_stored(self.test_id, stored, self.scrubber)
        last = parse_cursor(stored[-1][0].decode()) if stored else None
        return Reading(self.is_known, frames, last, is_whole, self.newest)


class EventLog:
    """Reads streams and what must be hidden in them; never waits for entries.

    Raises `UnreadableKey`, and redis-py's errors or `TimeoutError`.
    """

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client = client
        self._keys = keys
        self._turns = asyncio.Semaphore(READS_AT_ONCE)

    async def recent(self, test_id: str, count: int) -> Reading:
        """The newest `count` entries, oldest of them first; `count` may be 0."""
        key = self._keys.events(test_id)
        # Redis refuses COUNT 0; nothing lies at or before the start.
        latest = "+" if count else str(START)
        found = await self._read(
            test_id, lambda pipe: pipe.xrevrange(key, max=latest, count=count or 1)
        )
        return found.reading(found.stored[::-1], is_whole=True)

    async def after(self, test_id: str, cursor: Cursor, count: int) -> Reading:
        """The first `count` entries behind the cursor."""
        key = self._keys.events(test_id)
        found = await self._read(
            test_id, lambda pipe: pipe.xrange(key, min=f"({cursor}", count=count)
        )
        return found.reading(found.stored, is_whole=len(found.stored) < count)

    async def scrubbers(self, test_ids: Iterable[str]) -> dict[str, Scrubber]:
        """What must be hidden now, for each of the tests."""
        wanted = list(test_ids)

        def queue(pipe: Pipeline) -> None:
            for test_id in wanted:
                self._queue_secrets(pipe, test_id)

        replies = await self._execute(queue)
        pairs = zip(replies[::2], replies[1::2], strict=True)
        return {
            test_id: scrubber_of(stored, former, hashes.SECRET)
            for test_id, (stored, former) in zip(wanted, pairs, strict=True)
        }

    async def newest(self, test_ids: Iterable[str]) -> dict[str, Cursor]:
        """The newest id that each stream ever gave out; those of a wrong type out."""
        wanted = list(test_ids)

        def queue(pipe: Pipeline) -> None:
            for test_id in wanted:
                pipe.xinfo_stream(self._keys.events(test_id))

        replies = zip(wanted, await self._execute(queue), strict=True)
        return {
            test_id: _newest(reply)
            for test_id, reply in replies
            if not is_wrong_type(reply)
        }

    async def unreadable(self, test_ids: Iterable[str]) -> set[str]:
        """The tests whose events key holds something else than a stream."""
        wanted = list(test_ids)

        def queue(pipe: Pipeline) -> None:
            for test_id in wanted:
                pipe.type(self._keys.events(test_id))

        kinds = zip(wanted, await self._execute(queue), strict=True)
        return {test_id for test_id, kind in kinds if kind not in STREAM_TYPES}

    async def unblock(self, client_id: int) -> None:
        """Make the connection of that id return from its blocking read."""
        async with asyncio.timeout(READ_SECONDS):
            await self._client.client_unblock(client_id)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def _read(self, test_id: str, select: Queue) -> _Found:
        def queue(pipe: Pipeline) -> None:
            pipe.exists(*self._keys.of_test(test_id))
            self._queue_secrets(pipe, test_id)
            select(pipe)
            pipe.xinfo_stream(self._keys.events(test_id))

        existing, stored, former, entries, info = await self._execute(queue)
        scrubber = scrubber_of(stored, former, hashes.SECRET)
        is_known = bool(checked(existing))
        return _Found(test_id, is_known, checked(entries), scrubber, _newest(info))

    def _queue_secrets(self, pipe: Pipeline, test_id: str) -> None:
        pipe.hmget(self._keys.test(test_id), hashes.SECRET)
        pipe.smembers(self._keys.hidden(test_id))

    async def _execute(self, queue: Queue) -> list[Any]:
        async with self._turns, asyncio.timeout(READ_SECONDS):
            async with self._client.pipeline(transaction=True) as pipe:
                queue(pipe)
                return await pipe.execute(raise_on_error=False)


def _newest(info: Any) -> Cursor:
    # Redis reports a missing key as an error of its own, not as an empty stream.
    if isinstance(info, ResponseError) and "no such key" in str(info):
        return START
    return parse_cursor(checked(info)["last-generated-id"].decode())
