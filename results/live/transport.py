"""What Django's ASGI handler does not do for streams that stay open.

It gives every request a thread that lives as long as its stream, waits without end
for clients that do not read, and leaves a generator that was just writing when its
client went to the garbage collector.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings

from results.asgi_server.protocol import HANG_UP
from results.live.hub import current_hub
from results.live.response import SCOPE_KEY

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# What is synchronous about opening a stream is over in milliseconds.
THREADS = 4
PATH_END = "/live"


class ClientTooSlow(Exception):
    """A client took nothing off the connection for too long."""


class LiveTransport:
    """Wraps the application; other paths go through untouched."""

    def __init__(self, application: App) -> None:
        self._application = application
        self._threads = _shared_threads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith(PATH_END):
            await self._application(scope, receive, send)
            return
        try:
            async with ThreadSensitiveContext(executor=next(self._threads)):
                await self._application(scope, receive, _in_time(send))
        except ClientTooSlow:
            current_hub().metrics.dropped += 1
            logger.info("dropped a client that did not read: %s", scope["path"])
            await _hang_up(scope, receive)
        finally:
            if body := scope.get(SCOPE_KEY):
                await body.aclose()


def _shared_threads() -> Iterator[Executor]:
    names = (f"live-{number}" for number in range(THREADS))
    return itertools.cycle([ThreadPoolExecutor(1, name) for name in names])


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Throw away what the client did not read, where the server lets us: in order, the
    connection would stay until it has."""
    if hang_up := scope.get("extensions", {}).get(HANG_UP):
        hang_up()
        await receive()


def _in_time(send: Send) -> Send:
    seconds = settings.LIVE_SEND_SECONDS

    async def limited(message: Message) -> None:
        try:
            async with asyncio.timeout(seconds):
                await send(message)
        except TimeoutError:
            raise ClientTooSlow() from None

    return limited
