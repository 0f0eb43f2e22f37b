"""Bytes of a chunked HTTP/1.1 response with Server-Sent Events, read at a low cost.

Thousands of listeners of one stream receive the same bytes: what was parsed for one of
them is looked up for the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

MOST_REMEMBERED = 4096


class Event(NamedTuple):
    """One event. `sent` is when its writer says that it was written (unix seconds),
    None where it does not say so."""

    name: str
    id: str | None
    data: dict[str, Any]
    sent: float | None


class BadResponse(Exception):
    """The server sent what a client could not understand."""


class ResponseParser:
    """One response: `status` once its head is there, `is_over` once its body ended.

    It can begin anew with `reset`, for the next connection of the same listener.
    """

    def __init__(self) -> None:
        self.retry_seconds: float | None = None
        self.comments = 0
        self.reset()

    def reset(self) -> None:
        """Forget what was left of the response before."""
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.is_over = False
        self._raw = self._text = b""

    def feed(self, data: bytes) -> Sequence[Event]:
        """The events that are complete with these bytes."""
        is_at_rest = self.status is not None and not self._raw and not self._text
        if is_at_rest and (known := _known_reads.get(data)) is not None:
            return known
        self._raw += data
        if self.status is None and not self._read_head():
            return ()
        events = self._events()
        if is_at_rest and events and not self._raw and not self._text:
            _remember(_known_reads, data, events)
        return events

    def _read_head(self) -> bool:
        head, found, body = self._raw.partition(b"\r\n\r\n")
        if not found:
            return False
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        self.headers = {name.lower(): value.strip() for name, _, value in pairs}
        self.status, self._raw = int(first.split()[1]), body
        is_chunked = self.headers.get("transfer-encoding") == "chunked"
        if self.status == 200 and not is_chunked:
            raise BadResponse("a stream that is not chunked")
        return True

    def _events(self) -> tuple[Event, ...]:
        if self.status != 200:
            return ()
        self._text += self._dechunked()
        *blocks, self._text = self._text.split(b"\n\n")
        found = map(self._event, blocks)
        return tuple(event for event in found if event is not None)

    def _dechunked(self) -> bytes:
        """The content of all chunks that are whole."""
        raw, at, parts = self._raw, 0, []
        while (end := raw.find(b"\r\n", at)) >= 0:
            size = int(raw[at:end], 16)
            if len(raw) < end + 2 + size + 2:
                break
            parts.append(raw[end + 2 : end + 2 + size])
            at = end + 2 + size + 2
            self.is_over = self.is_over or size == 0
        self._raw = raw[at:]
        return b"".join(parts)

    def _event(self, block: bytes) -> Event | None:
        if (known := _known_events.get(block)) is not None:
            return known
        fields = dict(_fields(block))
        if b"retry" in fields:
            self.retry_seconds = int(fields[b"retry"]) / 1000
        if b"data" not in fields:
            self.comments += block.startswith(b":")
            return None
        event = _made(fields)
        _remember(_known_events, block, event)
        return event


_known_reads: dict[bytes, tuple[Event, ...]] = {}
_known_events: dict[bytes, Event] = {}


def _remember(known: dict[bytes, Any], key: bytes, value: object) -> None:
    if len(known) >= MOST_REMEMBERED:
        known.clear()
    known[key] = value


def _fields(block: bytes) -> list[tuple[bytes, bytes]]:
    lines = (line.partition(b":") for line in block.split(b"\n"))
    return [(name, value.removeprefix(b" ")) for name, _, value in lines if name]


def _made(fields: dict[bytes, bytes]) -> Event:
    data = orjson.loads(fields[b"data"])
    name = fields.get(b"event", b"message").decode()
    event_id = fields[b"id"].decode() if b"id" in fields else None
    sent = float(data["sent"]) if "sent" in data else None
    return Event(name, event_id, data, sent)
