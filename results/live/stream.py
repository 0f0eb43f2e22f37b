"""What one client gets: the replay, then every entry, comments in silence, an end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from django.conf import settings
from django_eventstream.views import Listener
from redis.exceptions import RedisError

from results.domain import UnknownTest, UnreadableKey
from results.live.cursors import Cursor
from results.live.frames import KEEPALIVE, joined, opening
from results.live.hub import current_hub
from results.live.position import Position

FIRST_RETRY_SECONDS = 0.1
LONGEST_RETRY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is replayed, when a comment is due, and when an idle stream ends."""

    replay_entries: int
    keepalive_seconds: float
    idle_close_seconds: float

    @classmethod
    def configured(cls) -> Pace:
        return cls(
            settings.LIVE_REPLAY_ENTRIES,
            settings.LIVE_KEEPALIVE_SECONDS,
            settings.LIVE_IDLE_CLOSE_SECONDS,
        )


async def follow(
    test_id: str, resume_after: Cursor | None, pace: Pace
) -> AsyncGenerator[bytes, None]:
    """The body of a live stream, in chunks of whole events; the test is known, or
    Redis did not say.

    It ends when nothing was new for too long, when the test turns out to be unknown,
    or when its reader may not read on; while Redis is away it waits.
    """
    hub = current_hub()
    with hub.listening(test_id) as (listener, feed):
        position = Position(hub, feed, resume_after, pace.replay_entries)
        client = _Client(listener, position, pace)
        yield opening()
        while (chunk := await client.next_chunk()) is not None:
            yield chunk


class _Client:
    def __init__(self, listener: Listener, position: Position, pace: Pace) -> None:
        self._listener = listener
        self._position = position
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._failures = 0
        self._wrote(self._loop.time())
        self._ends_at = self._loop.time() + pace.idle_close_seconds

    async def next_chunk(self) -> bytes | None:
        """What to send next, as soon as there is something; None to end."""
        while True:
            self._listener.aevent.clear()
            try:
                chunk = await self._news()
            except (UnknownTest, UnreadableKey):
                # The client comes back, and is told so as it could not be told here.
                return None
            now = self._loop.time()
            if self._may_not_go_on() or (now >= self._ends_at and not chunk):
                return None
            if chunk:
                return chunk
            if now >= self._comment_at:
                self._wrote(now)
                return KEEPALIVE
            await self._wait(now)

    async def _news(self) -> bytes:
        try:
            frames = await self._position.news()
        except (RedisError, OSError):
            self._failures += 1
            return b""
        self._failures = 0
        if frames:
            now = self._loop.time()
            self._wrote(now)
            self._ends_at = now + self._pace.idle_close_seconds
        return joined(frames)

    async def _wait(self, now: float) -> None:
        """Until the hub has something, something is due, or Redis may be back."""
        until = min(self._ends_at, self._comment_at)
        if self._failures:
            retry = FIRST_RETRY_SECONDS * 2.0 ** min(self._failures - 1, 10)
            until = min(until, now + min(retry, LONGEST_RETRY_SECONDS))
        # Not wait_for: before Python 3.12 it can swallow the cancellation by which the
        # server tells that the client has gone.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._listener.aevent.wait()

    def _may_not_go_on(self) -> bool:
        """Kicked, or cancelled by somebody whose CancelledError a driver swallowed."""
        task = asyncio.current_task()
        return bool(self._listener.error or (task and task.cancelling()))

    def _wrote(self, now: float) -> None:
        self._comment_at = now + self._pace.keepalive_seconds
