"""One task with one connection in a blocking read over at most 1,000 streams."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from results.live.asking import Asking
from results.live.connecting import new_reader
from results.live.feed import Feed
from results.live.following import Follower
from results.live.hub_log import HubLog
from results.live.measures import HubMetrics
from results.live.supervised import Supervised

# Packing a read of more would hold up the loop, and with it every other stream.
STREAMS_A_SHARD = 1000


class Shard(Supervised):
    """Follows its feeds while it has some; without any it has no task and holds no
    connection."""

    def __init__(
        self,
        asking: Callable[[], Asking],
        metrics: HubMetrics,
        at_rest: Callable[[], None],
    ) -> None:
        super().__init__(metrics, at_rest)
        self.feeds: dict[str, Feed] = {}
        self._asking = asking
        self._changed = asyncio.Event()

    @property
    def has_room(self) -> bool:
        return len(self.feeds) < STREAMS_A_SHARD

    @property
    def is_needed(self) -> bool:
        return bool(self.feeds)

    def add(self, feed: Feed) -> None:
        """Take a feed in; it is read as soon as it has a cursor, see `poke`."""
        self.feeds[feed.test_id] = feed
        self.ensure_running()

    def remove(self, feed: Feed) -> None:
        del self.feeds[feed.test_id]
        self.poke()

    def poke(self) -> None:
        """Let the reader know that the feeds, or their cursors, have changed."""
        self._changed.set()

    async def run(self) -> None:
        asking = self._asking()
        reader = new_reader(asking)
        follower = Follower(
            reader,
            HubLog(asking),
            asking.keys,
            self.feeds,
            self._changed,
            self._metrics,
        )
        try:
            while self.feeds:
                await self.attempt(follower.turn)
        finally:
            await reader.close()
