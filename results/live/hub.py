"""The one reader of this process: follows every watched stream, wakes its listeners.

Clients never ask Redis whether something is new. The hub keeps the newest frames,
encoded once, and a client that fell behind them reads at its own position.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django_eventstream.views import Listener
from redis.exceptions import RedisError

from results.connection import data_url, stream_client
from results.keys import Keys
from results.live.channels import deregister, register
from results.live.event_log import EventLog
from results.live.feed import Feed
from results.live.following import Follower
from results.live.reader import BlockingReader

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0


@dataclass(slots=True)
class HubMetrics:
    """What the hub does, and did since its process began."""

    listeners: int = 0
    streams: int = 0
    entries: int = 0
    outages: int = 0
    restarts: int = 0


class Hub:
    """Belongs to one event loop. While nobody listens it has no task and holds no
    connection."""

    def __init__(self, keys: Keys) -> None:
        self.metrics = HubMetrics()
        self._keys = keys
        self._feeds: dict[str, Feed] = {}
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._log: EventLog | None = None
        self._failures = 0

    @property
    def log(self) -> EventLog:
        """Where listeners read; the connections are given back with the last one."""
        if self._log is None:
            self._log = EventLog(stream_client(data_url()), self._keys)
        return self._log

    @contextlib.contextmanager
    def listening(self, test_id: str) -> Iterator[tuple[Listener, Feed]]:
        """Register a listener, before it reads anything, and forget it in the end."""
        feed = self._feeds.setdefault(test_id, Feed(test_id))
        listener = register(test_id)
        self._count(feed, 1)
        self._ensure_running()
        try:
            yield listener, feed
        finally:
            deregister(listener)
            self._count(feed, -1)

    def poke(self) -> None:
        """Let the reader know that a feed has a cursor now."""
        self._changed.set()

    @property
    def is_limping(self) -> bool:
        """Whether somebody listens and the reader does not read."""
        return bool(self._feeds) and (self._task is None or self._failures > 0)

    @property
    def is_resting(self) -> bool:
        """Whether nothing of it is left running."""
        return self._task is None

    def _count(self, feed: Feed, change: int) -> None:
        feed.listeners += change
        if not feed.listeners:
            del self._feeds[feed.test_id]
            self._changed.set()
        self.metrics.listeners += change
        self.metrics.streams = len(self._feeds)

    def _ensure_running(self) -> None:
        if self._task is None and (self._feeds or self._log):
            self._task = asyncio.get_running_loop().create_task(self._run())
            self._task.add_done_callback(self._ended)

    async def _run(self) -> None:
        reader = BlockingReader(stream_client(data_url()), self.log)
        follower = Follower(reader, self.log, self._keys, self._feeds, self._changed)
        try:
            while self._feeds:
                await self._turn(follower)
        finally:
            await reader.close()
            if not self._feeds:
                log, self._log = self.log, None
                await log.close()

    async def _turn(self, follower: Follower) -> None:
        try:
            self.metrics.entries += await follower.turn()
        except (RedisError, OSError) as failure:
            if not self._failures:
                self.metrics.outages += 1
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
            self.metrics.restarts += 1
            logger.error("the live feed's reader was ended", exc_info=failure)
            # Not at once: a loop that is closing cancels its tasks, too.
            asyncio.get_running_loop().call_later(self._pause(), self._ensure_running)
        else:
            self._ensure_running()

    def _pause(self) -> float:
        """Seconds to wait before the next attempt, twice as long each time."""
        self._failures += 1
        pause = FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures - 1, 10)
        return min(pause, LONGEST_PAUSE_SECONDS)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def current_hub() -> Hub:
    """The hub of the running loop, which in a server is the only one."""
    for loop in [loop for loop in _hubs if loop.is_closed()]:
        del _hubs[loop]
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(Keys(settings.REDIS_KEY_PREFIX))
    return _hubs[loop]


def is_limping() -> bool:
    """Whether a hub of this process has listeners and does not read; thread-safe."""
    return any(hub.is_limping for hub in list(_hubs.values()))
