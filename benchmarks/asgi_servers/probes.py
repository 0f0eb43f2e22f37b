"""What is asked of each server; every probe has a fresh server process."""

from __future__ import annotations

import asyncio
import selectors
import socket
import time
import urllib.request
from dataclasses import dataclass

from benchmarks.asgi_servers.viewers import (
    HEAD,
    Pusher,
    Viewer,
    idle_sockets,
    open_viewers,
    received,
)
from benchmarks.processes import ServerProcess

LEAVE_SECONDS = 15.0


@dataclass(frozen=True)
class Size:
    """How large the probes are; `quick` only shows that they work."""

    listeners: int
    singles: int
    burst: int
    stuck: int
    stuck_chunks: int
    half_seconds: float
    stop_seconds: int


FULL = Size(1_000, 50, 200, 50, 200, 20.0, 5)
QUICK = Size(20, 5, 10, 2, 5, 1.0, 1)


@dataclass(frozen=True)
class FanOut:
    """What the streams cost while they are read."""

    kb_per_stream: float
    single_us: float
    p50_ms: float
    p99_ms: float
    burst_us: float
    burst_seconds: float
    leave_seconds: float | None


async def fan_out(server: ServerProcess, size: Size) -> FanOut:
    """Many listeners: memory of each, chunks one by one, a burst, and their leaving."""
    pusher = await Pusher().connect(server.url)
    await pusher.push(20)
    before = server.memory_bytes()
    viewers = await open_viewers(server.url, size.listeners)
    per_stream = (server.memory_bytes() - before) / size.listeners / 1024
    single_us, late = await _one_by_one(server, pusher, viewers, size)
    started, cpu = time.monotonic(), server.cpu_seconds()
    await pusher.push(size.burst)
    await received(viewers, size.singles + size.burst)
    burst_seconds = time.monotonic() - started
    burst_us = (server.cpu_seconds() - cpu) / (size.burst * size.listeners) * 1e6
    left = await _left(server, viewers)
    pusher.close()
    return FanOut(
        per_stream,
        single_us,
        late[len(late) // 2] * 1e3,
        late[int(len(late) * 0.99)] * 1e3,
        burst_us,
        burst_seconds,
        left,
    )


async def _one_by_one(
    server: ServerProcess, pusher: Pusher, viewers: list[Viewer], size: Size
) -> tuple[float, list[float]]:
    """CPU microseconds a delivery, and how late each was, sorted."""
    cpu = server.cpu_seconds()
    for number in range(1, size.singles + 1):
        await pusher.push()
        await received(viewers, number)
    spent = server.cpu_seconds() - cpu
    late = sorted(each for viewer in viewers for each in viewer.late_seconds)
    return spent / (size.singles * size.listeners) * 1e6, late


async def _left(server: ServerProcess, viewers: list[Viewer]) -> float | None:
    """Seconds until the application knows that all have gone; None for never."""
    for viewer in viewers:
        viewer.transport.abort()
    started = time.monotonic()
    while time.monotonic() - started < LEAVE_SECONDS:
        if await asyncio.to_thread(listeners, server) == 0:
            return time.monotonic() - started
        await asyncio.sleep(0.02)
    return None


def listeners(server: ServerProcess) -> int:
    """How many streams the application holds."""
    with urllib.request.urlopen(f"{server.url}/listeners", timeout=10) as answer:
        return int(answer.read())


async def stuck_readers(server: ServerProcess, size: Size) -> float:
    """MB of memory for each client that never reads while much is sent to it."""
    pusher = await Pusher().connect(server.url)
    stuck = idle_sockets(server.url, size.stuck, HEAD % b"/stream")
    async with asyncio.timeout(30):
        while await asyncio.to_thread(listeners, server) < size.stuck:
            await asyncio.sleep(0.02)
    before = server.memory_bytes()
    (reader,) = await open_viewers(server.url, 1)
    for number in range(1, size.stuck_chunks + 1):
        # A healthy reader tells when a chunk is through; the stuck get it as well.
        await pusher.push(1, 100_000)
        await received([reader], number)
    grown = server.memory_bytes() - before
    for each in stuck:
        each.close()
    reader.transport.abort()
    pusher.close()
    return grown / size.stuck / 2**20


def half_sent_heads(server: ServerProcess, size: Size) -> int:
    """How many of 50 connections with half a request head are still open in the end."""
    half = idle_sockets(server.url, 50, b"GET /stream HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    with selectors.DefaultSelector() as selector:
        for each in half:
            selector.register(each, selectors.EVENT_READ)
        deadline = time.monotonic() + size.half_seconds
        while selector.get_map() and time.monotonic() < deadline:
            for key, _ in selector.select(max(0, deadline - time.monotonic())):
                assert isinstance(key.fileobj, socket.socket)
                if not key.fileobj.recv(4096):
                    selector.unregister(key.fileobj)
        still_open = len(selector.get_map())
    for each in half:
        each.close()
    return still_open


async def shutdown(server: ServerProcess, size: Size) -> tuple[float | None, int]:
    """Seconds from SIGTERM to the end with open streams, and how many of these were
    told by a closed connection."""
    viewers = await open_viewers(server.url, size.listeners // 10)
    seconds = await asyncio.to_thread(server.stop)
    await asyncio.sleep(0)
    done, _ = await asyncio.wait(
        [asyncio.ensure_future(viewer.closed.wait()) for viewer in viewers], timeout=2
    )
    return seconds, len(done)
