"""The live stream as the body of a response under ASGI."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Self

# Where the transport finds the body of a request's stream.
SCOPE_KEY = "results.live.body"


class LiveBody:
    """Chunks for Django to send; closing the response ends what makes them.

    Django cancels a stream whose client has gone. One that was just writing is not
    awaiting anything of ours then, and would stay registered until it is collected.
    """

    def __init__(self, chunks: AsyncGenerator[bytes, None]) -> None:
        self._chunks = chunks
        self._suspended_in: asyncio.AbstractEventLoop | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        self._suspended_in = None
        chunk = await anext(self._chunks)
        self._suspended_in = asyncio.get_running_loop()
        return chunk

    async def aclose(self) -> None:
        """From the loop that reads it, when nothing reads it any more."""
        self._suspended_in = None
        await self._chunks.aclose()

    def close(self) -> None:
        """From any thread; Django calls it when the response is done with."""
        if self._suspended_in is not None:
            asyncio.run_coroutine_threadsafe(self._chunks.aclose(), self._suspended_in)
