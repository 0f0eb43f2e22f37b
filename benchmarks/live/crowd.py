"""Many listeners in one process: they come, wait together, come back, and leave."""

from __future__ import annotations

import asyncio
import contextlib
import resource
from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Self

from benchmarks.live.listener import Listener

CONNECTS_AT_ONCE = 64
CONNECT_SECONDS = 30.0
# Where the server has not said how long to wait before coming back.
PAUSE_SECONDS = 1.0


class Crowd:
    """Listeners of the servers at these ports of 127.0.0.1.

    `pause_seconds` is how long a listener that lost its server waits before it tries
    the next one; None for what the server told it. With `sources` above 1 the listeners
    come from so many addresses of 127.0.0.0/8, which takes Linux.
    """

    def __init__(
        self,
        ports: Sequence[int],
        *,
        comes_back: bool = False,
        pause_seconds: float | None = None,
        sources: int = 1,
    ) -> None:
        self.listeners: list[Listener] = []
        self.delays = array("d")
        self.received = 0
        # When the first event with a time was sent (unix seconds).
        self.first_sent = float("inf")
        self.reconnects = 0
        # How many events a listener takes before it hangs up, asked at each connect.
        self.patience: Callable[[], int] | None = None
        self._ports, self._sources = ports, sources
        self._comes_back, self._pause_seconds = comes_back, pause_seconds
        self._turns = asyncio.Semaphore(CONNECTS_AT_ONCE)
        self._target = 0
        self._reached: asyncio.Future[None] | None = None
        self._returning: set[asyncio.Task[None]] = set()
        self._is_closing = False

    async def __aenter__(self) -> Self:
        allow_many_sockets()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._is_closing = True
        for task in self._returning:
            task.cancel()
        await asyncio.gather(*self._returning, return_exceptions=True)
        await self.leave(self.listeners)

    async def join(
        self, paths: Iterable[str], resume_after: str | None = None
    ) -> list[Listener]:
        """One more listener for each of these paths, spread over the servers."""
        new = [
            Listener(self, path, number % len(self._ports), self._source(number))
            for number, path in enumerate(paths, len(self.listeners))
        ]
        for listener in new:
            listener.last_id = resume_after
        self.listeners += new
        await asyncio.gather(*map(self._connect, new))
        return new

    async def leave(self, listeners: Iterable[Listener]) -> None:
        """Hang up, and wait until the loop knows."""
        for listener in listeners:
            listener.hang_up()
        while any(listener.transport for listener in listeners):
            await asyncio.sleep(0)

    async def has_received(self, total: int, seconds: float = 60.0) -> bool:
        """Wait until all of them together got so many events; False if too late."""
        if self.received < total:
            self._target = total
            self._reached = asyncio.get_running_loop().create_future()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._reached
            self._reached = None
        return self.received >= total

    def received_more(self, count: int) -> None:
        """Told by a listener for each read."""
        self.received += count
        if self._reached and self.received >= self._target:
            if not self._reached.done():
                self._reached.set_result(None)

    def lost(self, listener: Listener) -> None:
        """Told by a listener whose connection ended."""
        if self._comes_back and not self._is_closing and not listener.is_refused:
            task = asyncio.get_running_loop().create_task(self._return(listener))
            self._returning.add(task)
            task.add_done_callback(self._returning.discard)

    async def _return(self, listener: Listener) -> None:
        pause = self._pause_seconds
        if pause is None:
            pause = listener.parser.retry_seconds or PAUSE_SECONDS
        while True:
            await asyncio.sleep(pause)
            listener.server = (listener.server + 1) % len(self._ports)
            with contextlib.suppress(OSError):
                await self._connect(listener)
                self.reconnects += 1
                return

    async def _connect(self, listener: Listener) -> None:
        here = (listener.source, 0) if listener.source else None
        port = self._ports[listener.server]
        loop = asyncio.get_running_loop()
        async with self._turns, asyncio.timeout(CONNECT_SECONDS):
            await loop.create_connection(
                lambda: listener, "127.0.0.1", port, local_addr=here
            )

    def _source(self, number: int) -> str | None:
        return None if self._sources == 1 else f"127.0.0.{2 + number % self._sources}"


def allow_many_sockets() -> None:
    """As many open files as this process may have; children inherit it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
