"""Requests under ASGI in threads that stay, each request in one from start to end.

Django's own handler sends a synchronous view through several threads, one of them new
for each request: three times the CPU of the same view under WSGI. Streams need its
way, for they hold a connection and no thread; everything else is better off here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, TypeVar

from django.core import signals
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.urls import set_script_prefix

from monitor.forms import read_form

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Result = TypeVar("Result")

# How many requests can wait for a store that does not answer; more cost no more CPU.
THREADS = 32
# These ask no store, so they have threads of their own: with all others waiting for a
# store that hangs, a load balancer still learns that the process lives.
STORELESS = frozenset(
    ("/healthz", "/docs", "/redoc", "/openapi.json", "/openapi.yaml", "/favicon.ico")
    + ("/ops/login/",)
)
STORELESS_THREADS = 4


class ThreadedHandler(ASGIHandler):
    """Django's handler with its synchronous middleware. Of bodies it reads forms."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(THREADS, "request")
        self._storeless = ThreadPoolExecutor(STORELESS_THREADS, "storeless")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        form = await read_form(scope, receive)
        threads = self._storeless if scope["path"] in STORELESS else self._threads
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(threads, self._respond, scope, form)
        if not response.streaming:
            await self.send_response(response, send)
            return
        response.streaming_content = self._parts(iter(response))
        try:
            await self.send_response(response, send)
        finally:
            await self._in_thread(response.close)

    def _respond(self, scope: Scope, form: bytes) -> Any:
        """The response to a request, closed unless it streams."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, BytesIO(form))
        response = self.get_response(request) if request else refusal
        assert response is not None
        if not response.streaming:
            # Its content stays; what the request held is given back in its thread.
            response.close()
        return response

    async def _parts(self, parts: Iterator[bytes]) -> AsyncIterator[bytes]:
        while (part := await self._in_thread(next, parts, None)) is not None:
            yield part

    async def _in_thread(self, call: Callable[..., Result], *given: Any) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, call, *given)
