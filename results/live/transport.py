"""What Django's ASGI handler does not do for streams that stay open.

It gives every request a thread that lives as long as its stream, holds the request,
its view and two tasks as long, waits without end for clients that do not read, and
leaves a generator that was just writing when its client went to the garbage
collector. So Django answers up to the headers, and the body is sent from here.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings

from results.asgi_server.protocol import HANG_UP, IS_LOST
from results.live.hub import current_hub
from results.live.open_stream import (
    Chunks,
    ClientTooSlow,
    Message,
    OpenStream,
    Receive,
    Send,
)

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# A list, in which a view leaves the chunks that are to be sent behind its headers.
CHUNKS = "results.live.chunks"
# What is synchronous about opening a stream is over in milliseconds.
THREADS = 4
PATH_END = "/live"


class LiveTransport:
    """Wraps the application; other paths go through untouched."""

    def __init__(self, application: App) -> None:
        self._application = application
        self._threads = _shared_threads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith(PATH_END):
            await self._application(scope, receive, send)
            return
        chunks = await self._answered(scope, receive, send)
        if chunks is None:
            return
        is_lost = _of_server(scope, IS_LOST) or (lambda: False)
        stream = OpenStream(receive, send, settings.LIVE_SEND_SECONDS, is_lost)
        try:
            await stream.carry(chunks)
        except ClientTooSlow:
            current_hub().metrics.dropped += 1
            logger.info("dropped a client that did not read: %s", scope["path"])
            await _hang_up(scope, receive)

    async def _answered(
        self, scope: Scope, receive: Receive, send: Send
    ) -> Chunks | None:
        """The chunks that are to follow, if any; the rest of the request is gone."""
        left: list[Chunks] = []
        async with ThreadSensitiveContext(executor=next(self._threads)):
            await self._application(
                {**scope, CHUNKS: left},
                _request_alone(receive),
                _headers_alone(left, send),
            )
        return left[0] if left else None


def _shared_threads() -> Iterator[Executor]:
    names = (f"live-{number}" for number in range(THREADS))
    return itertools.cycle([ThreadPoolExecutor(1, name) for name in names])


def _request_alone(receive: Receive) -> Receive:
    """The request, and then nothing: that its client has gone is noticed here."""
    is_whole = False

    async def received() -> Message:
        nonlocal is_whole
        if is_whole:
            await asyncio.Event().wait()
        message = await receive()
        is_whole = not message.get("more_body", False)
        return message

    return received


def _headers_alone(left: list[Chunks], send: Send) -> Send:
    """An answer whose body is to follow is not ended."""

    async def sent(message: Message) -> None:
        if not left or message["type"] == "http.response.start":
            await send(message)

    return sent


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Throw away what the client did not read, where the server lets us: in order, the
    connection would stay until it has."""
    if hang_up := _of_server(scope, HANG_UP):
        hang_up()
        await receive()


def _of_server(scope: Scope, name: str) -> Any:
    """What only our own server offers."""
    return (scope.get("extensions") or {}).get(name)
