"""A client over kept connections, cheap enough to leave the cores to the servers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

SECONDS = 120.0
SETTLE_SECONDS = 60.0
SETTLE_PAUSE_SECONDS = 0.2


class Unanswered(Exception):
    """An answer that is neither 200 nor 304."""


@dataclass(frozen=True)
class Batch:
    """So many requests in a row: how long all took, and each of them, sorted."""

    wall_seconds: float
    took_seconds: list[float]


def ask(
    url: str, path: str, count: int, headers: Mapping[str, str], connections: int = 2
) -> Batch:
    """`count` requests over so many connections; every answer must be 200 or 304."""
    return asyncio.run(_ask(url, path, count, headers, connections))


def settle(url: str, path: str) -> None:
    """Ask until it is answered twice running; `Unanswered` after a minute.

    A 503 says that a server is still preparing something.
    """
    deadline, running = time.monotonic() + SETTLE_SECONDS, 0
    while running < 2:
        try:
            ask(url, path, 1, {})
            running += 1
        except Unanswered:
            running = 0
            if time.monotonic() > deadline:
                raise
            time.sleep(SETTLE_PAUSE_SECONDS)


async def _ask(
    url: str, path: str, count: int, headers: Mapping[str, str], connections: int
) -> Batch:
    where = urlsplit(url)
    lines = [f"GET {path} HTTP/1.1", f"Host: {where.netloc}", "Accept: */*"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    request = "\r\n".join([*lines, "", ""]).encode()
    left = iter(range(count))
    took: list[float] = []

    async def work() -> None:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        for _ in left:
            started = time.perf_counter()
            writer.write(request)
            await _answer(reader)
            took.append(time.perf_counter() - started)
        writer.close()

    started = time.perf_counter()
    async with asyncio.timeout(SECONDS):
        await asyncio.gather(*(work() for _ in range(min(count, connections))))
    return Batch(time.perf_counter() - started, sorted(took))


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = head.split(b" ", 2)[1]
    if status not in (b"200", b"304"):
        raise Unanswered(head.splitlines()[0].decode())
    if status == b"304":
        return
    if b"\r\ntransfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        length = head.split(b"\r\ncontent-length:")[1].split(b"\r\n", 1)[0]
        await reader.readexactly(int(length))
