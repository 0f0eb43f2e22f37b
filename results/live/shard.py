"""One task with one connection in a blocking read over at most 1,000 streams."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from redis.exceptions import RedisError

from results.connection import data_url, stream_client
from results.live.asking import Asking
from results.live.feed import Feed
from results.live.following import Follower
from results.live.hub_log import HubLog
from results.live.measures import HubMetrics
from results.live.reader import BlockingReader

logger = logging.getLogger(__name__)

# Packing a read of more would hold up the loop, and with it every other stream.
STREAMS_A_SHARD = 1000
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0


class Shard:
    """Follows its feeds while it has some; without any it has no task and holds no
    connection. A task that dies is logged, counted and replaced."""

    def __init__(
        self,
        asking: Callable[[], Asking],
        metrics: HubMetrics,
        at_rest: Callable[[], None],
    ) -> None:
        """`at_rest` is called when the task has ended and is not needed any more."""
        self.feeds: dict[str, Feed] = {}
        self._asking = asking
        self._metrics = metrics
        self._at_rest = at_rest
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._failures = 0

    @property
    def has_room(self) -> bool:
        return len(self.feeds) < STREAMS_A_SHARD

    @property
    def is_limping(self) -> bool:
        """Whether somebody listens and the reader does not read."""
        return bool(self.feeds) and (self._task is None or self._failures > 0)

    @property
    def is_resting(self) -> bool:
        """Whether nothing of it is left running."""
        return self._task is None

    def add(self, feed: Feed) -> None:
        """Take a feed in; it is read as soon as it has a cursor, see `poke`."""
        self.feeds[feed.test_id] = feed
        self._ensure_running()

    def remove(self, feed: Feed) -> None:
        del self.feeds[feed.test_id]
        self.poke()

    def poke(self) -> None:
        """Let the reader know that the feeds, or their cursors, have changed."""
        self._changed.set()

    def _ensure_running(self) -> None:
        if self._task is None and self.feeds:
            self._task = asyncio.get_running_loop().create_task(self._run())
            self._task.add_done_callback(self._ended)

    async def _run(self) -> None:
        asking = self._asking()
        reader = BlockingReader(stream_client(data_url()), asking)
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
                await self._turn(follower)
        finally:
            await reader.close()

    async def _turn(self, follower: Follower) -> None:
        try:
            await follower.turn()
        except (RedisError, OSError) as failure:
            if not self._failures:
                self._metrics.outages += 1
                logger.warning("the live feed lost its store: %s", failure)
            await asyncio.sleep(self._pause())
        else:
            if self._failures:
                logger.warning("the live feed reads its store again")
            self._failures = 0

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Nobody listens any more, or the task was killed: then there is another."""
        self._task = None
        failure = None if task.cancelled() else task.exception()
        if task.cancelled() or failure:
            self._metrics.restarts += 1
            logger.error("the live feed's reader was ended", exc_info=failure)
            # Not at once: a loop that is closing cancels its tasks, too.
            asyncio.get_running_loop().call_later(self._pause(), self._ensure_running)
        else:
            self._ensure_running()
        if self._task is None:
            self._at_rest()

    def _pause(self) -> float:
        """Seconds to wait before the next attempt, twice as long each time."""
        self._failures += 1
        pause = FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures - 1, 10)
        return min(pause, LONGEST_PAUSE_SECONDS)
