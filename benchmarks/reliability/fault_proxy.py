"""A proxy before a store that damages replies: late, torn, dribbled, lost, replaced."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Awaitable, Callable
from typing import Any

HOST = "127.0.0.1"
CHUNK = 65_536
ROUNDS_SECONDS = 0.02
# Given the client's writer and what the store sent; whoever damages it decides.
Fault = Callable[[asyncio.StreamWriter, bytes], Awaitable[None]]
Choice = Callable[[random.Random], Fault]


async def passed(client: asyncio.StreamWriter, reply: bytes) -> None:
    """As it came."""
    client.write(reply)
    await client.drain()


def late(seconds: float) -> Fault:
    """As it came, after a while."""

    async def fault(client: asyncio.StreamWriter, reply: bytes) -> None:
        await asyncio.sleep(seconds)
        await passed(client, reply)

    return fault


def dribbled(seconds: float) -> Fault:
    """Byte by byte, with a pause after each."""

    async def fault(client: asyncio.StreamWriter, reply: bytes) -> None:
        for place in range(len(reply)):
            await passed(client, reply[place : place + 1])
            await asyncio.sleep(seconds)

    return fault


async def torn(client: asyncio.StreamWriter, reply: bytes) -> None:
    """The first half, and the connection is reset."""
    await passed(client, reply[: len(reply) // 2])
    await lost(client, reply)


async def lost(client: asyncio.StreamWriter, reply: bytes) -> None:
    """Nothing: the connection is reset."""
    client.transport.abort()


async def swallowed(client: asyncio.StreamWriter, reply: bytes) -> None:
    """Nothing, and the connection stays."""


async def garbled(client: asyncio.StreamWriter, reply: bytes) -> None:
    """As many bytes that mean nothing."""
    await passed(client, b"\x00garbage\xff" * (len(reply) // 9 + 1))


def replaced(line: bytes) -> Fault:
    """One reply of the store's kind in place of whatever came."""

    async def fault(client: asyncio.StreamWriter, reply: bytes) -> None:
        await passed(client, line)

    return fault


def always(fault: Fault) -> Choice:
    """The same for every reply."""
    return lambda _chance: fault


def sometimes(probability: float, *faults: Fault) -> Choice:
    """One of these for so many of the packets, and no fault for the others."""

    def choose(chance: random.Random) -> Fault:
        return chance.choice(faults) if chance.random() < probability else passed

    return choose


class FaultProxy:
    """Between clients and the store at `port` while the `with` block lasts.

    `choice` may be exchanged at any time; what it draws comes from `seed`. `damaged`
    counts the packets that did not pass as they came.
    """

    def __init__(self, port: int, choice: Choice = always(passed), seed: int = 1):
        self.choice = choice
        self.damaged = 0
        self._upstream = port
        self._chance = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[Any]] = set()

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        self._server = self._wait(asyncio.start_server(self._serve, HOST, 0))
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    def __exit__(self, *_failure: object) -> None:
        self._wait(self._ended())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _ended(self) -> None:
        # A closed server refuses whom it accepted a moment before, and leaves the
        # connection open (Python 3.11): first nobody new, then the closing.
        for listening in self._server.sockets:
            self._loop.remove_reader(listening.fileno())
        await asyncio.sleep(ROUNDS_SECONDS)
        self._server.close()
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        # What was aborted is closed in the loop's next round.
        await asyncio.sleep(ROUNDS_SECONDS)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._between(reader, writer)
        except (OSError, asyncio.CancelledError):
            """Whoever hung up, both ends are closed."""
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _between(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        store, asked = await asyncio.open_connection(HOST, self._upstream)
        try:
            ends = [self._carry(reader, asked), self._damage(store, writer)]
            tasks = [asyncio.ensure_future(end) for end in ends]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            asked.transport.abort()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while sent := await reader.read(CHUNK):
            await passed(writer, sent)

    async def _damage(
        self, store: asyncio.StreamReader, client: asyncio.StreamWriter
    ) -> None:
        while reply := await store.read(CHUNK):
            fault = self.choice(self._chance)
            self.damaged += fault is not passed
            with contextlib.suppress(ConnectionError):
                await fault(client, reply)
