"""One stream that is open under ASGI: chunks to a client, until one of them ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any

from results.live.frames import KEEPALIVE

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Chunks = AsyncGenerator[bytes, None]


class ClientTooSlow(Exception):
    """A client took nothing off the connection for too long."""


class OpenStream:
    """Sends what comes. A client that has gone ends it, one that does not read for
    `send_seconds` or has vanished without a word raises `ClientTooSlow`; the chunks'
    generator is closed either way.

    One timer a stream, set anew when it rings: a time limit on each chunk would cost
    as much as the chunk.
    """

    __slots__ = (
        "_receive",
        "_send",
        "_send_seconds",
        "_is_lost",
        "_loop",
        "_sending_since",
        "_is_too_slow",
        "_timer",
    )
    _timer: asyncio.TimerHandle

    def __init__(
        self,
        receive: Receive,
        send: Send,
        send_seconds: float,
        is_lost: Callable[[], bool] = lambda: False,
    ) -> None:
        self._receive = receive
        self._send = send
        self._send_seconds = send_seconds
        self._is_lost = is_lost
        self._loop = asyncio.get_running_loop()
        self._sending_since: float | None = None
        self._is_too_slow = False

    async def carry(self, chunks: Chunks) -> None:
        """Send all of them, and the end."""
        task = asyncio.current_task()
        assert task is not None
        gone = asyncio.create_task(self._until_gone())
        gone.add_done_callback(lambda done: done.cancelled() or task.cancel())
        self._watch(task)
        try:
            await self._send_all(chunks)
            # The generator ends also when a driver swallowed the cancellation.
            if not gone.done():
                await self._send({"type": "http.response.body"})
        except asyncio.CancelledError:
            if self._is_too_slow:
                raise ClientTooSlow() from None
            if not gone.done():
                raise
        finally:
            self._timer.cancel()
            gone.cancel()
            await chunks.aclose()

    async def _send_all(self, chunks: Chunks) -> None:
        async for chunk in chunks:
            # With the second comment that a vanished peer left unanswered.
            if chunk is KEEPALIVE and self._is_lost():
                raise ClientTooSlow()
            self._sending_since = self._loop.time()
            await self._send(
                {"type": "http.response.body", "body": chunk, "more_body": True}
            )
            self._sending_since = None

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def _watch(self, task: asyncio.Task[Any]) -> None:
        """Cancel the task when a chunk has waited too long; look again in time."""
        now = self._loop.time()
        due = (self._sending_since or now) + self._send_seconds
        if due <= now:
            self._is_too_slow = True
            task.cancel()
        else:
            self._timer = self._loop.call_at(due, self._watch, task)
