"""Reads that do not block, from every node 20 times a second."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, cast

from redis.asyncio.client import Pipeline
from redis.exceptions import ResponseError

from results.connection import BLOCK_SECONDS
from results.live.cluster.asking import ClusterAsking
from results.live.reader import ENTRIES_A_STREAM, Batches

# What an idle Cluster is asked: so often, one trip a node, one XREAD a stream.
POLL_SECONDS = 0.05


class PollingReader:
    """Waits for entries behind concrete cursors, as `BlockingReader` does.

    While a node is away the streams of the others are read on. Raises redis-py's
    errors and `OSError`; whoever gets one asks again.
    """

    def __init__(self, asking: ClusterAsking, entries: int = ENTRIES_A_STREAM) -> None:
        """`entries`: how many of each stream a read brings at most."""
        self._asking = asking
        self._entries = entries

    async def read(
        self,
        cursors: Mapping[bytes, str],
        interrupt: asyncio.Event,
        seconds: float | None = None,
    ) -> Batches:
        """What lies behind the cursors of these keys, as soon as there is something;
        nothing after so long (5 s), or when `interrupt` is set meanwhile."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (seconds or BLOCK_SECONDS)
        while True:
            batches, failure = await self._poll(cursors)
            if batches or interrupt.is_set():
                return batches
            if loop.time() > deadline:
                if failure:
                    raise failure
                return []
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await interrupt.wait()

    async def _poll(
        self, cursors: Mapping[bytes, str]
    ) -> tuple[Batches, Exception | None]:
        """What there is now, and why it may not be all."""

        def queue(pipe: Pipeline) -> None:
            for key, cursor in cursors.items():
                pipe.xread(cast(Any, {key: cursor}), self._entries)

        replies, failure = await self._asking.ask_some(queue)
        refused = [reply for reply in replies if isinstance(reply, ResponseError)]
        found = [reply for reply in replies if isinstance(reply, list)]
        batches = cast(Batches, [batch for reply in found for batch in reply])
        if not batches and refused:
            raise refused[0]
        if failure and len(found) + len(refused) == 0:
            raise failure
        return batches, failure

    async def close(self) -> None:
        """The connections are those of the questions."""
