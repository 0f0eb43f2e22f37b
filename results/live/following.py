"""The turns of the hub's task: read, scrub, encode, and keep for all listeners."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable

from redis.exceptions import ResponseError

from results.connection import BLOCK_SECONDS
from results.keys import Keys
from results.live.channels import wake
from results.live.cursors import parse_cursor
from results.live.event_log import EventLog
from results.live.feed import Feed
from results.live.frames import StoredEntry, encode_stored
from results.live.reader import Batches, BlockingReader
from results.reading import is_wrong_type

logger = logging.getLogger(__name__)

# A read over n streams costs Python this much for each: entries are let gather so long.
PAUSE_A_STREAM_SECONDS = 20e-6
LOOK_SECONDS = 5.0
LOOK_A_STREAM_SECONDS = 1.0


class Follower:
    """Advances all feeds that somebody has joined, by one reading a turn.

    Raises redis-py's errors and `OSError`. Cursors move only over what is in the ring,
    so a turn that failed is simply taken again.
    """

    def __init__(
        self,
        reader: BlockingReader,
        log: EventLog,
        keys: Keys,
        feeds: dict[str, Feed],
        changed: asyncio.Event,
    ) -> None:
        self._reader = reader
        self._log = log
        self._keys = keys
        self._feeds = feeds
        self._changed = changed
        self._next_look = time.monotonic() + LOOK_SECONDS

    async def turn(self) -> int:
        """Wait for entries, at most 5 s or until `changed` is set; how many came."""
        self._changed.clear()
        followed = {
            self._keys.events(test_id).encode(): feed
            for test_id, feed in self._feeds.items()
            if feed.cursor is not None and not feed.is_set_aside
        }
        batches = await self._read(followed)
        await self._take([(followed[key], stored) for key, stored in batches])
        await self._look_again()
        await asyncio.sleep(PAUSE_A_STREAM_SECONDS * len(followed))
        return sum(len(stored) for _, stored in batches)

    async def _read(self, followed: dict[bytes, Feed]) -> Batches:
        if not followed:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BLOCK_SECONDS):
                    await self._changed.wait()
            return []
        cursors = {key: str(feed.cursor) for key, feed in followed.items()}
        try:
            return await self._reader.read(cursors, self._changed)
        except ResponseError as refusal:
            if not is_wrong_type(refusal):
                raise
        # One key that is no stream fails the read of all the others.
        await self._set_aside(followed.values())
        return []

    async def _take(self, batches: list[tuple[Feed, list[StoredEntry]]]) -> None:
        await self._renew_scrubbers(batches)
        for feed, stored in batches:
            assert feed.scrubber is not None
            frames = encode_stored(feed.test_id, stored, feed.scrubber)
            feed.append(frames, parse_cursor(stored[-1][0].decode()))
        self._wake(feed for feed, _ in batches)

    async def _renew_scrubbers(
        self, batches: list[tuple[Feed, list[StoredEntry]]]
    ) -> None:
        """Hidden values change while one is followed, above all between runs."""
        now = time.monotonic()
        stale = {
            feed.test_id: feed
            for feed, stored in batches
            if feed.needs_scrubber(now) or any(map(_starts_a_run, stored))
        }
        if stale:
            for test_id, scrubber in (await self._log.scrubbers(stale)).items():
                stale[test_id].hide(scrubber, now)

    async def _look_again(self) -> None:
        """Now and then: what was set aside may be readable, and ids may have fallen."""
        now = time.monotonic()
        if now < self._next_look:
            return
        pause = max(LOOK_SECONDS, LOOK_A_STREAM_SECONDS * len(self._feeds))
        self._next_look = now + pause
        await self._set_aside(f for f in self._feeds.values() if f.is_set_aside)
        joined = [feed for feed in self._feeds.values() if feed.cursor is not None]
        newest = await self._log.newest(feed.test_id for feed in joined)
        fallen = [
            f for f in joined if f.cursor and newest.get(f.test_id, f.cursor) < f.cursor
        ]
        for feed in fallen:
            logger.warning("the ids of the stream of %s fell back", feed.test_id)
            feed.rewind(newest[feed.test_id])
        self._wake(fallen)

    async def _set_aside(self, feeds: Iterable[Feed]) -> None:
        """Leave those out of the reads whose key is no stream, take the others in."""
        suspects = {feed.test_id: feed for feed in feeds}
        if not suspects:
            return
        unreadable = await self._log.unreadable(suspects)
        for test_id, feed in suspects.items():
            if test_id in unreadable and not feed.is_set_aside:
                logger.error("the events of %s are no stream", test_id)
            feed.is_set_aside = test_id in unreadable

    def _wake(self, feeds: Iterable[Feed]) -> None:
        wake((feed.test_id for feed in feeds), asyncio.get_running_loop())


def _starts_a_run(entry: StoredEntry) -> bool:
    return entry[1].get(b"type") == b"plan_start"
