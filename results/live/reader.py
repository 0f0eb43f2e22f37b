"""One connection in a blocking read over many streams, which can be cut short."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, Protocol, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from results.connection import BLOCK_SECONDS
from results.live.asking import Asking
from results.live.frames import StoredEntry

# Below the ring's size, so that a burst does not push clients back to Redis.
ENTRIES_A_STREAM = 256
UNBLOCK_TRIES = 10
UNBLOCK_PAUSE_SECONDS = 0.002

Batches = list[tuple[bytes, list[StoredEntry]]]


class Reader(Protocol):
    """Waits for entries behind concrete cursors; raises redis-py's errors and
    `OSError`."""

    async def read(
        self,
        cursors: Mapping[bytes, str],
        interrupt: asyncio.Event,
        seconds: float | None = None,
    ) -> Batches: ...

    async def close(self) -> None: ...


class BlockingReader:
    """Waits for entries behind concrete cursors.

    Raises redis-py's errors and `OSError`; whoever gets one asks again.
    """

    def __init__(
        self, client: Redis, asking: Asking, entries: int = ENTRIES_A_STREAM
    ) -> None:
        """`entries`: how many of each stream a read brings at most."""
        self._client = client
        self._entries = entries
        self._asking = asking
        self._client_id: int | None = None

    async def read(
        self,
        cursors: Mapping[bytes, str],
        interrupt: asyncio.Event,
        seconds: float | None = None,
    ) -> Batches:
        """What lies behind the cursors of these keys, as soon as there is something;
        nothing after so long (5 s), or when `interrupt` is set meanwhile."""
        if self._client_id is None:
            self._client_id = await self._client.client_id()
        waiting = asyncio.ensure_future(self._blocking_read(cursors, seconds))
        interrupted = asyncio.ensure_future(interrupt.wait())
        try:
            either = (waiting, interrupted)
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                await self._cut_short(waiting)
            return self._taken(waiting)
        except Exception:
            self._client_id = None
            raise
        finally:
            waiting.cancel()
            interrupted.cancel()
            await asyncio.gather(waiting, interrupted, return_exceptions=True)

    async def close(self) -> None:
        """Give the connection back."""
        await self._client.aclose()

    async def _blocking_read(
        self, cursors: Mapping[bytes, str], seconds: float | None
    ) -> Batches:
        milliseconds = int((seconds or BLOCK_SECONDS) * 1000)
        reply = await self._client.xread(
            cast(Any, cursors), self._entries, milliseconds
        )
        return cast(Batches, reply or [])

    async def _cut_short(self, waiting: asyncio.Future[Batches]) -> None:
        """Ask Redis to let go, again until it does: it may not have begun to wait.

        Where that is not allowed, or another connection got our id, drop the
        connection: a reply that is lost with it is asked for again.
        """
        with contextlib.suppress(RedisError, OSError):
            for _ in range(UNBLOCK_TRIES):
                await self._asking.unblock(self._client_id or 0)
                await asyncio.wait((waiting,), timeout=UNBLOCK_PAUSE_SECONDS)
                if waiting.done():
                    return
        waiting.cancel()
        await asyncio.wait((waiting,))

    def _taken(self, waiting: asyncio.Future[Batches]) -> Batches:
        if waiting.cancelled():
            self._client_id = None
            return []
        return waiting.result()
