"""The live feed under WSGI: an event loop in a thread, waited for synchronously.

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
        while (chunk := waited_for(_next(chunks))) is not None:
            yield chunk
    finally:
        waited_for(chunks.aclose())


def waited_for(coroutine: Coroutine[object, object, Result]) -> Result:
    """What it returns or raises, from the loop in the thread."""
    return asyncio.run_coroutine_threadsafe(coroutine, _background_loop()).result()


async def _next(chunks: AsyncGenerator[bytes, None]) -> bytes | None:
    return await anext(chunks, None)


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
