"""The smallest ASGI application that does what the live feed does: a fan-out.

`GET /stream` stays open and gets every chunk from then on, `POST /push?<size>` makes
one of so many bytes, `GET /listeners` says how many streams the application holds.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

chunks: list[bytes] = []
waiting: set[asyncio.Event] = set()


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        return await _lifespan(receive, send)
    if scope["path"] == "/stream":
        return await _until_left(_stream(send), receive)
    if scope["path"] == "/push":
        _push(int(scope["query_string"] or b"200"))
    await _start(send)
    body = str(len(waiting)).encode()
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _lifespan(receive: Receive, send: Send) -> None:
    for phase in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{phase}.complete"})


def _push(size: int) -> None:
    chunk = b"id: 1-1\ndata: %.6f " % time.time()
    chunks.append(chunk.ljust(size - 2, b".") + b"\n\n")
    for event in waiting:
        event.set()


async def _stream(send: Send) -> None:
    await _start(send)
    await _more(send, b":ok\n\n")
    event, sent = asyncio.Event(), len(chunks)
    waiting.add(event)
    try:
        while await event.wait():
            event.clear()
            news, sent = b"".join(chunks[sent:]), len(chunks)
            await _more(send, news)
    finally:
        waiting.discard(event)


async def _until_left(work: Any, receive: Receive) -> None:
    """As Django does it: the stream's task is cancelled when the client has left."""
    task = asyncio.ensure_future(work)
    left = asyncio.ensure_future(receive())
    while True:
        await asyncio.wait((task, left), return_when=asyncio.FIRST_COMPLETED)
        if task.done() or left.result()["type"] == "http.disconnect":
            break
        left = asyncio.ensure_future(receive())
    for each in (task, left):
        each.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await each


async def _start(send: Send) -> None:
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _more(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})
