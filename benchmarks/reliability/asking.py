"""A client over a raw socket: it says what came back, whatever that was."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import time
from dataclasses import dataclass, field
from typing import Any

ANSWER_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` 0: the connection ended, or nothing came in time."""

    status: int
    headers: dict[str, str] = field(repr=False, default_factory=dict)
    body: bytes = field(repr=False, default=b"")
    asked_at: float = 0.0
    seconds: float = 0.0

    def is_error_body(self) -> bool:
        """Whether it is the one error body of the API."""
        try:
            found: Any = json.loads(self.body)
            return {"code", "detail", "attr"} == set(found["errors"][0])
        except (ValueError, TypeError, LookupError):
            return False


class Client:
    """One connection at a time, opened again when the server closed it."""

    def __init__(self, host: str, port: int) -> None:
        self._where = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str, **headers: str) -> Answer:
        """The answer to a plain GET of the path."""
        lines = [f"GET {path} HTTP/1.1", f"Host: {self._where[0]}"]
        lines += [
            f"{name.replace('_', '-')}: {value}" for name, value in headers.items()
        ]
        return await self.ask("\r\n".join([*lines, "", ""]).encode())

    async def ask(self, request: bytes, is_head: bool = False) -> Answer:
        """The answer to these bytes; a stream of events is left after its head."""
        asked_at = time.monotonic()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                status, headers, body = await self._exchanged(request, is_head)
        except (OSError, EOFError, ValueError):
            await self.close()
            status, headers, body = 0, {}, b""
        return Answer(status, headers, body, asked_at, time.monotonic() - asked_at)

    async def close(self) -> None:
        """Hang up."""
        writer, self._reader, self._writer = self._writer, None, None
        if writer:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _exchanged(
        self, request: bytes, is_head: bool
    ) -> tuple[int, dict[str, str], bytes]:
        if self._writer is None or self._writer.is_closing():
            await self.close()
            self._reader, self._writer = await asyncio.open_connection(*self._where)
        reader, writer = self._reader, self._writer
        assert reader
        writer.write(request)
        status, headers = await _head(reader)
        kind = headers.get("content-type", "")
        body = b""
        if kind.startswith("text/event-stream") and status == 200:
            await self.close()
        elif not is_head and status not in (204, 304):
            body = _unpacked(await _body(reader, headers), headers)
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return status, headers, body


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    raw = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = raw[:-4].split("\r\n")
    pairs = [line.partition(":")[::2] for line in lines]
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    return int(first.split()[1]), headers


def _unpacked(body: bytes, headers: dict[str, str]) -> bytes:
    if headers.get("content-encoding") == "gzip":
        return gzip.decompress(body)
    return body


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.read()
    parts = []
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        parts.append((await reader.readexactly(size + 2))[:-2])
    await reader.readexactly(2)
    return b"".join(parts)
