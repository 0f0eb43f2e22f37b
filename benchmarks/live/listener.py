"""One client of the live feed: what an `EventSource` does, and what it got."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from benchmarks.live.wire import Event, ResponseParser

if TYPE_CHECKING:
    from benchmarks.live.crowd import Crowd

# Behind every position that a client has: it never leaves by itself.
NEVER = 2**62


class Reset(NamedTuple):
    """A gap as the server told it, and how many events had come before it."""

    events_before: int
    reason: str


class Listener(asyncio.Protocol):
    """Keeps the ids that it got, in order, over all of its connections."""

    def __init__(
        self, crowd: Crowd, path: str, server: int, source: str | None
    ) -> None:
        self.crowd, self.path, self.server, self.source = crowd, path, server, source
        self.ids: list[str] = []
        self.resets: list[Reset] = []
        self.byes = 0
        self.last_id: str | None = None
        self.connects = 0
        self.leaves_at = NEVER
        self.is_refused = False
        self.parser = ResponseParser()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.parser.reset()
        self.connects += 1
        patience = self.crowd.patience
        self.leaves_at = len(self.ids) + patience() if patience else NEVER
        self.transport.write(self._request())

    def data_received(self, data: bytes) -> None:
        events = self.parser.feed(data)
        if events:
            self._take(events)
        if self.parser.status not in (None, 200):
            self.is_refused = True
        if self.is_refused or self.parser.is_over or len(self.ids) >= self.leaves_at:
            self.hang_up()

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self.crowd.lost(self)

    def hang_up(self) -> None:
        """Drop the connection, as a closed lid does."""
        if self.transport is not None:
            self.transport.abort()

    def _request(self) -> bytes:
        resume = f"Last-Event-ID: {self.last_id}\r\n" if self.last_id else ""
        return (
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Accept: text/event-stream\r\n{resume}\r\n"
        ).encode()

    def _take(self, events: Sequence[Event]) -> None:
        crowd, ids, now, came = self.crowd, self.ids, time.time(), 0
        for event in events:
            if len(ids) >= self.leaves_at:
                break
            if event.name != "message":
                self._take_named(event)
                continue
            came += 1
            ids.append(cast(str, event.id))
            if event.sent is not None:
                crowd.delays.append(now - event.sent)
                crowd.first_sent = min(crowd.first_sent, event.sent)
        if ids:
            self.last_id = ids[-1]
        crowd.received_more(came)

    def _take_named(self, event: Event) -> None:
        if event.name == "reset":
            self.resets.append(Reset(len(self.ids), event.data["reason"]))
        elif event.name == "bye":
            self.byes += 1
