"""The turns of a shard's task: read, scrub, encode, and keep for all listeners."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable, Mapping

from redis.exceptions import ResponseError

from results.connection import BLOCK_SECONDS
from results.keys import Keys
from results.live.channels import wake
from results.live.cursors import parse_cursor
from results.live.feed import Feed
from results.live.frames import StoredEntry, encode_stored
from results.live.hub_log import HubLog
from results.live.loss import Loss
from results.live.measures import HubMetrics
from results.live.reader import Batches, Reader
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
        reader: Reader,
        log: HubLog,
        keys: Keys,
        feeds: Mapping[str, Feed],
        changed: asyncio.Event,
        metrics: HubMetrics,
    ) -> None:
        self._reader = reader
        self._log = log
        self._keys = keys
        self._feeds = feeds
        self._changed = changed
        self._metrics = metrics
        self._next_look = time.monotonic() + LOOK_SECONDS

    async def turn(self) -> None:
        """Wait for entries, at most 5 s or until `changed` is set, and keep them."""
        self._changed.clear()
        followed = {
            self._keys.events(test_id).encode(): (feed, feed.epoch)
            for test_id, feed in self._feeds.items()
            if feed.cursor is not None and not feed.is_set_aside
        }
        batches = await self._read({key: feed for key, (feed, _) in followed.items()})
        await self._take(
            (feed, stored)
            for (feed, epoch), stored in ((followed[k], s) for k, s in batches)
            # Rewound meanwhile: these were read behind a position that is no more.
            if feed.epoch == epoch
        )
        await self._look_again()
        await asyncio.sleep(PAUSE_A_STREAM_SECONDS * len(followed))

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

    async def _take(self, read: Iterable[tuple[Feed, list[StoredEntry]]]) -> None:
        batches = {feed.test_id: (feed, stored) for feed, stored in read}
        now = time.monotonic()
        places = {i: (feed.place, feed.epoch) for i, (feed, _) in batches.items()}
        found = await self._log.examine(
            _stale(batches.values(), now),
            {i: place.cursor for i, (place, _) in places.items() if place.is_anchored},
        )
        for test_id, scrubber in found.scrubbers.items():
            batches[test_id][0].hide(scrubber, now)
        for test_id, (feed, stored) in batches.items():
            if (feed.place, feed.epoch) == places[test_id]:
                self._keep(feed, stored, found.losses.get(test_id))
        self._wake(feed for feed, _ in batches.values())

    def _keep(self, feed: Feed, stored: list[StoredEntry], loss: Loss | None) -> None:
        assert feed.scrubber is not None
        if loss:
            self._metrics.resets[loss.reason] += feed.listeners
        newest = parse_cursor(stored[-1][0].decode())
        frames = encode_stored(feed.test_id, stored, feed.scrubber)
        feed.append(frames, newest, loss)
        self._metrics.entries += len(stored)
        self._metrics.lag_ms = time.time() * 1000 - newest.ms

    async def _look_again(self) -> None:
        """Now and then: what was set aside may be readable, and ids may have fallen."""
        now = time.monotonic()
        if now < self._next_look:
            return
        pause = max(LOOK_SECONDS, LOOK_A_STREAM_SECONDS * len(self._feeds))
        self._next_look = now + pause
        await self._set_aside(f for f in self._feeds.values() if f.is_set_aside)
        await self._rewind_fallen()

    async def _rewind_fallen(self) -> None:
        joined = [feed for feed in self._feeds.values() if feed.cursor is not None]
        infos = await self._log.infos(feed.test_id for feed in joined)
        fallen = [
            feed
            for feed in joined
            if (info := infos.get(feed.test_id))
            and info.exists
            and info.newest < feed.place.cursor
        ]
        for feed in fallen:
            logger.warning("the ids of the stream of %s fell back", feed.test_id)
            feed.rewind()
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


def _stale(batches: Iterable[tuple[Feed, list[StoredEntry]]], now: float) -> list[str]:
    """Hidden values change while a stream is followed, above all between runs."""
    return [
        feed.test_id
        for feed, stored in batches
        if feed.needs_scrubber(now) or any(map(_starts_a_run, stored))
    ]


def _starts_a_run(entry: StoredEntry) -> bool:
    return entry[1].get(b"type") == b"plan_start"
