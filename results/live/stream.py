"""What one client gets: the replay, then every entry, comments in silence, an end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django_eventstream.views import Listener
from redis.exceptions import RedisError

from results.domain import UnknownTest, UnreadableKey
from results.live.crowd import Caller, TooManyListeners
from results.live.event_log import Place, Wanted
from results.live.frames import DEGRADED, KEEPALIVE, bye, opening
from results.live.hub import Hub, current_hub
from results.live.position import Position

FIRST_RETRY_SECONDS = 0.1
LONGEST_RETRY_SECONDS = 2.0
DEGRADED_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Pace:
    """When a comment is due, and when an idle stream ends."""

    keepalive_seconds: float
    idle_close_seconds: float

    @classmethod
    def configured(cls) -> Pace:
        return cls(settings.LIVE_KEEPALIVE_SECONDS, settings.LIVE_IDLE_CLOSE_SECONDS)


class Delivery(Protocol):
    """Whole events to send, and how many entries they tell of."""

    @property
    def data(self) -> bytes: ...

    @property
    def entries(self) -> int: ...


class Progress(Protocol):
    """Where a client is, see `Position`."""

    async def news(self) -> Delivery | None: ...


Join = Callable[[Hub], AbstractContextManager[tuple[Listener, Progress]]]


def follow(
    caller: Caller, wanted: Wanted, place: Place | None, pace: Pace
) -> AsyncGenerator[bytes, None]:
    """A test's live stream. `place` is where it starts, of a known test; None when
    Redis did not say."""

    @contextlib.contextmanager
    def join(hub: Hub) -> Iterator[tuple[Listener, Progress]]:
        with hub.listening(caller) as (listener, feed):
            yield listener, Position(hub, feed, wanted, place)

    return followed(caller, join, pace)


async def followed(
    caller: Caller, join: Join, pace: Pace
) -> AsyncGenerator[bytes, None]:
    """The body of a live stream, in chunks of whole events, of what it has joined.

    It ends, with a `bye`, when nothing was new for too long, when the test turns out to
    be unknown, or when its reader may not read on; while Redis is away it waits.
    """
    hub = current_hub()
    try:
        # Others may have come since the request was let in.
        hub.require_room(caller)
    except TooManyListeners:
        yield opening() + bye("full")
        return
    with join(hub) as (listener, position):
        client = _Client(hub, listener, position, pace)
        try:
            yield opening()
            while not client.has_ended and (chunk := await client.next_chunk()):
                yield chunk
        finally:
            client.close()


class _Client:
    __slots__ = (
        "has_ended",
        "_hub",
        "_listener",
        "_position",
        "_pace",
        "_loop",
        "_failures",
        "_alarm",
        "_comment_at",
        "_degraded_at",
        "_ends_at",
    )

    def __init__(
        self, hub: Hub, listener: Listener, position: Progress, pace: Pace
    ) -> None:
        self.has_ended = False
        self._hub = hub
        self._listener = listener
        self._position = position
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._failures = 0
        self._alarm: asyncio.TimerHandle | None = None
        now = self._loop.time()
        self._comment_at = now + pace.keepalive_seconds
        self._degraded_at = now + DEGRADED_SECONDS
        self._ends_at = now + pace.idle_close_seconds

    async def next_chunk(self) -> bytes:
        """What to send next, as soon as there is something; nothing for an end without
        a word, when the client has gone."""
        while True:
            self._listener.aevent.clear()
            chunk = await self._news()
            if _is_cancelled():
                return b""
            if not chunk:
                chunk = self._due(self._loop.time())
            if chunk:
                return chunk
            await self._wait()

    async def _news(self) -> bytes:
        try:
            news = await self._position.news()
        except UnknownTest:
            # The client comes back, and is told so as it could not be told here.
            return self._end("unknown_test")
        except UnreadableKey:
            return self._end("unreadable_key")
        except (RedisError, OSError):
            self._failures += 1
            return b""
        self._failures = 0
        if self._listener.error:
            return self._end("forbidden")
        if news is None:
            return b""
        now = self._loop.time()
        self._comment_at = now + self._pace.keepalive_seconds
        if news.entries:
            self._ends_at = now + self._pace.idle_close_seconds
            self._hub.metrics.deliveries += news.entries
        return news.data

    def _due(self, now: float) -> bytes:
        """The end, or a comment, if its time has come."""
        if self._hub.is_ending:
            return self._end("shutdown")
        if now >= self._ends_at:
            return self._end("idle")
        if self._failures and now >= self._degraded_at:
            self._degraded_at = now + self._pace.keepalive_seconds
            self._comment_at = now + self._pace.keepalive_seconds
            return DEGRADED
        if now >= self._comment_at:
            self._comment_at = now + self._pace.keepalive_seconds
            return KEEPALIVE
        return b""

    def _end(self, reason: str) -> bytes:
        self.has_ended = True
        return bye(reason)

    async def _wait(self) -> None:
        """Until the hub has something, something is due, or Redis may be back."""
        until = min(self._ends_at, self._comment_at)
        if self._failures:
            retry = FIRST_RETRY_SECONDS * 2.0 ** min(self._failures - 1, 10)
            retry_at = self._loop.time() + min(retry, LONGEST_RETRY_SECONDS)
            until = min(until, retry_at, self._degraded_at)
        # One alarm that is put off only when it rings: a time limit on each wait would
        # cost as much as what it waits for.
        if self._alarm is None or self._alarm.when() > until:
            self.close()
            self._alarm = self._loop.call_at(until, self._ring)
        await self._listener.aevent.wait()

    def _ring(self) -> None:
        self._alarm = None
        self._listener.aevent.set()

    def close(self) -> None:
        """Leave no alarm behind."""
        if self._alarm:
            self._alarm.cancel()


def _is_cancelled() -> bool:
    """By somebody whose CancelledError a driver swallowed, too."""
    task = asyncio.current_task()
    return bool(task and task.cancelling())
