"""Clients of a stream as raw sockets: cheap enough not to be what is measured."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

HEAD = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
PUSH = b"POST /push?%d HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
SECONDS = 120.0


class Viewer(asyncio.Protocol):
    """Counts what arrives, and notes how late the newest of each read was."""

    def __init__(self, path: str) -> None:
        self._head = HEAD % path.encode()
        self.received = 0
        self.late_seconds: list[float] = []
        self.opened, self.closed = asyncio.Event(), asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._head)

    def data_received(self, data: bytes) -> None:
        self.opened.set()
        if found := data.count(b"\ndata: "):
            self.received += found
            sent_at = float(data[data.rindex(b"\ndata: ") + 7 :].split(b" ", 1)[0])
            self.late_seconds.append(time.time() - sent_at)

    def connection_lost(self, _failure: Exception | None) -> None:
        self.opened.set()
        self.closed.set()


def address(url: str) -> tuple[str, int]:
    """Host and port of a server's URL."""
    where = urlsplit(url)
    assert where.hostname and where.port
    return where.hostname, where.port


async def open_viewers(url: str, count: int, path: str = "/stream") -> list[Viewer]:
    """So many streams, each open before the next forty are asked for."""
    loop, where = asyncio.get_running_loop(), address(url)
    viewers: list[Viewer] = []
    for _ in range(0, count, 40):
        made = min(40, count - len(viewers))
        some = [
            await loop.create_connection(lambda: Viewer(path), *where)
            for _ in range(made)
        ]
        viewers += (viewer for _, viewer in some)
        async with asyncio.timeout(SECONDS):
            await asyncio.gather(*(viewer.opened.wait() for _, viewer in some))
    return viewers


async def received(viewers: Iterable[Viewer], count: int) -> None:
    """Until each has got so many chunks since it was opened."""
    async with asyncio.timeout(SECONDS):
        for viewer in viewers:
            while viewer.received < count:
                await asyncio.sleep(0.005)


class Pusher:
    """Makes chunks over one connection of its own."""

    async def connect(self, url: str) -> Pusher:
        self._reader, self._writer = await asyncio.open_connection(*address(url))
        return self

    async def push(self, count: int = 1, size: int = 200) -> None:
        """So many chunks, each asked for when the one before it was made."""
        for _ in range(count):
            self._writer.write(PUSH % size)
            head = await self._reader.readuntil(b"\r\n\r\n")
            await self._body(head.lower())

    async def _body(self, head: bytes) -> None:
        if b"chunked" in head:
            await self._reader.readuntil(b"0\r\n\r\n")
        else:
            length = head.split(b"content-length:")[1].split(b"\r\n")[0]
            await self._reader.readexactly(int(length))

    def close(self) -> None:
        self._writer.close()


def idle_sockets(url: str, count: int, sent: bytes) -> list[socket.socket]:
    """Connections that send these bytes and then neither write nor read."""
    sockets = []
    for _ in range(count):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connect(address(url))
        one.sendall(sent)
        sockets.append(one)
    return sockets
