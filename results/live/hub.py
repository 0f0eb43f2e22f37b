"""The one place of this process that follows streams, and wakes their listeners.

Clients never ask Redis whether something is new. The hub keeps the newest frames,
encoded once, and a client that fell behind them reads at its own position.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

from django_eventstream.views import Listener

from results.connection import data_keys
from results.keys import Keys
from results.live.asking import Asking
from results.live.catching_up import CatchUp, Caught
from results.live.channels import deregister, register, wake
from results.live.connecting import new_asking
from results.live.crowd import Caller, Crowd, TooManyListeners
from results.live.event_log import EventLog, Page, Place, Wanted
from results.live.everything.ring import Chosen
from results.live.everything.room import ALL_TESTS, Room
from results.live.feed import Feed
from results.live.measures import HubMetrics
from results.live.shard import Shard


class Hub:
    """Belongs to one event loop. While nobody listens it has no task and holds no
    connection."""

    def __init__(self, keys: Keys) -> None:
        self.metrics = HubMetrics()
        self._keys = keys
        self._shards: list[Shard] = []
        self._catch_up = CatchUp(self.in_use)
        self._crowd = Crowd()
        self._asking: Asking | None = None
        self._users = 0
        self.is_ending = False
        self._closing: asyncio.Task[None] | None = None
        # Those who listen to several tests, or to all.
        self.everything = Room(self.asking, self.metrics, self._rest, self.in_use)

    async def locate(self, test_id: str, wanted: Wanted) -> Place:
        """Where a client starts. Raises `UnknownTest`, `UnreadableKey`, redis-py's
        errors and `OSError`."""
        with self.in_use():
            return await EventLog(self.asking()).locate(test_id, wanted)

    async def catch_up(self, feed: Feed, place: Place) -> Caught:
        """What lies behind a place that the feed's ring does not reach back to."""
        caught = await self._catch_up.read(EventLog(self.asking()), feed, place)
        if not caught.page.rest and feed.start(caught.page.end):
            self._shard_of(feed.test_id).poke()
        return caught

    async def page(self, test_id: str, place: Place, count: int) -> Page:
        """What lies behind a place, for who does not stay. Raises as `locate` does."""
        with self.in_use():
            return await EventLog(self.asking()).after(test_id, place, count)

    def count_reset(self, reason: str) -> None:
        self.metrics.resets[reason] += 1

    def require_room(self, caller: Caller) -> None:
        """Raise `TooManyListeners` where one more would be one too many."""
        try:
            self._crowd.require_room(caller)
        except TooManyListeners:
            self.metrics.refused += 1
            raise

    @contextlib.contextmanager
    def listening(self, caller: Caller) -> Iterator[tuple[Listener, Feed]]:
        """Register a listener, before it reads anything, and forget it in the end."""
        test_id = caller.test_id
        with self.in_use(), self._crowd.joined(caller):
            listener, feed = register(test_id), self._join(test_id)
            try:
                yield listener, feed
            finally:
                deregister(listener)
                self._leave(feed)

    @contextlib.contextmanager
    def listening_to_all(self, caller: Caller, chosen: Chosen) -> Iterator[Listener]:
        """The same for one who listens to several tests, or to all."""
        with (
            self.in_use(),
            self._crowd.joined(caller),
            self.everything.listening(chosen) as listener,
        ):
            self._count()
            yield listener

    def say_goodbye(self) -> None:
        """Let every stream end, because the server does."""
        if self.is_ending:
            return
        self.is_ending = True
        loop = asyncio.get_running_loop()
        wake([ALL_TESTS], loop)
        for shard in self._shards:
            wake(shard.feeds, loop)

    @property
    def is_limping(self) -> bool:
        """Whether somebody listens and a reader does not read."""
        return any(reader.is_limping for reader in (*self._shards, self.everything))

    @property
    def is_resting(self) -> bool:
        """Whether nothing of it is left running."""
        is_closed = self._closing is None or self._closing.done()
        return self._asking is None and is_closed

    def asking(self) -> Asking:
        """The connections that do not block; given back with the last user."""
        if self._asking is None:
            self._asking = new_asking(self._keys)
        return self._asking

    def _join(self, test_id: str) -> Feed:
        shard = self._shard_of(test_id)
        if test_id not in shard.feeds:
            shard.add(Feed(test_id))
        feed = shard.feeds[test_id]
        feed.listeners += 1
        self._count()
        return feed

    def _leave(self, feed: Feed) -> None:
        feed.listeners -= 1
        if not feed.listeners:
            self._shard_of(feed.test_id).remove(feed)

    def _shard_of(self, test_id: str) -> Shard:
        """The one that has the feed, or one that may take it."""
        for shard in self._shards:
            if test_id in shard.feeds:
                return shard
        for shard in self._shards:
            if shard.has_room:
                return shard
        self._shards.append(Shard(self.asking, self.metrics, self._rest))
        return self._shards[-1]

    def _count(self) -> None:
        self.metrics.listeners = self._crowd.total
        self.metrics.streams = sum(len(shard.feeds) for shard in self._shards)

    def in_use(self) -> Use:
        """Keep the connections meanwhile: a context."""
        return Use(self)

    def count_user(self, change: int) -> None:
        self._users += change
        self._count()
        self._rest()

    def _rest(self) -> None:
        """Give the connections back when nobody needs them any more."""
        readers = (*self._shards, self.everything)
        if self._users or not all(reader.is_resting for reader in readers):
            return
        self._shards.clear()
        asking, self._asking = self._asking, None
        if asking:
            # Kept from the garbage collector by the hub, until it is done.
            self._closing = asyncio.get_running_loop().create_task(asking.close())


class Use(contextlib.AbstractContextManager[None]):
    """Somebody needs the hub. No generator: every open stream holds one of these."""

    __slots__ = ("_hub",)

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def __enter__(self) -> None:
        self._hub.count_user(1)

    def __exit__(self, *_: object) -> None:
        self._hub.count_user(-1)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def current_hub() -> Hub:
    """The hub of the running loop, which in a server is the only one."""
    for loop in [loop for loop in _hubs if loop.is_closed()]:
        del _hubs[loop]
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(data_keys())
    return _hubs[loop]


def measured() -> list[HubMetrics]:
    """The figures of every hub of this process; thread-safe."""
    return [hub.metrics for hub in list(_hubs.values())]


def is_limping() -> bool:
    """Whether a hub of this process has listeners and does not read; thread-safe."""
    return any(hub.is_limping for hub in list(_hubs.values()))
