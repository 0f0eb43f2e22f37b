"""Live streams under `runserver`: an event loop in a thread, drained synchronously.

The development server has a thread for each request. All of them share this one loop,
and with it the hub that every other server has.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Coroutine, Iterator
from typing import TypeVar

Result = TypeVar("Result")

_starting = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def drained(chunks: AsyncGenerator[bytes, None]) -> Iterator[bytes]:
    """The chunks as they come, made in the loop's thread; closing this closes them."""
    try:
        while (chunk := _run(_next(chunks))) is not None:
            yield chunk
    finally:
        _run(chunks.aclose())


async def _next(chunks: AsyncGenerator[bytes, None]) -> bytes | None:
    return await anext(chunks, None)


def _run(coroutine: Coroutine[object, object, Result]) -> Result:
    return asyncio.run_coroutine_threadsafe(coroutine, _background_loop()).result()


def _background_loop() -> asyncio.AbstractEventLoop:
    global _loop
    with _starting:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            thread = threading.Thread(
                target=_loop.run_forever, name="live-feed", daemon=True
            )
            thread.start()
        return _loop
