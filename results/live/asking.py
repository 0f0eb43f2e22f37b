"""How the live feed asks Redis: one MULTI a question, few at once, in bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import ResponseError

from results.codec import hashes
from results.keys import Keys
from results.live.loss import NO_STREAM, StreamInfo
from results.reading import checked, scrubber_of
from results.scrub import Scrubber

# Many clients may come at once; their reads share this many connections.
READS_AT_ONCE = 8
READ_SECONDS = 2.0
Queue = Callable[[Pipeline], object]


class Asking:
    """The connections that never block, shared by all who follow in one event loop.

    Raises redis-py's errors or `TimeoutError`.
    """

    def __init__(self, client: Redis, keys: Keys) -> None:
        self.keys = keys
        self._client = client
        self._turns = asyncio.Semaphore(READS_AT_ONCE)

    async def ask(self, queue: Queue, at_once: bool = True) -> list[Any]:
        """The replies to what was queued, errors among them; in one transaction, or
        merely in one trip."""
        async with self._turns, asyncio.timeout(READ_SECONDS):
            async with self._client.pipeline(transaction=at_once) as pipe:
                queue(pipe)
                return await pipe.execute(raise_on_error=False)

    async def ask_each(
        self, test_ids: Iterable[str], queue: Callable[[Pipeline, str], object]
    ) -> list[tuple[str, Any]]:
        """One command for each test, with its reply, each as of its own moment."""
        wanted = list(test_ids)

        def queue_all(pipe: Pipeline) -> None:
            for test_id in wanted:
                queue(pipe, test_id)

        replies = await self.ask(queue_all, at_once=False)
        return list(zip(wanted, replies, strict=True))

    def queue_secrets(self, pipe: Pipeline, test_id: str) -> None:
        """Two commands, whose replies `told_secrets` reads."""
        pipe.hmget(self.keys.test(test_id), hashes.SECRET)
        pipe.smembers(self.keys.hidden(test_id))

    async def unblock(self, client_id: int) -> None:
        """Make the connection of that id return from its blocking read."""
        async with asyncio.timeout(READ_SECONDS):
            await self._client.client_unblock(client_id)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()


def told_secrets(stored: Any, former: Any) -> Scrubber:
    """What must be hidden, from the replies to `queue_secrets`."""
    return scrubber_of(stored, former, hashes.SECRET)


def told_info(reply: Any) -> StreamInfo:
    """The reply to XINFO STREAM; raises `UnreadableKey` for another type."""
    # Redis reports a missing key as an error of its own, not as an empty stream.
    if isinstance(reply, ResponseError) and "no such key" in str(reply):
        return NO_STREAM
    return StreamInfo.told_by(checked(reply))
