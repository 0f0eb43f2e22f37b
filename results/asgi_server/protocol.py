"""One connection: a request has to arrive in time and in bounds, and whoever does not
read can be hung up on.

uvicorn waits without end for the rest of a request, and closes a connection only after
all that was written to it has been read.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REQUEST_SECONDS = 10.0
# What a request may still take when the server ends; then its client is hung up on,
# where uvicorn would cancel it, with a traceback for each.
GRACE_SECONDS = 3.0
# Nothing here takes a body; the longest query is far below this.
REQUEST_BYTES = 64 * 1024
# The kernel sends again after 0.2 s, 0.4 s, 0.8 s ...: a peer that left so many of
# them unanswered has vanished. One that merely does not read acknowledges still.
LOST_RETRANSMISSIONS = 5
NOT_HTTP = (
    b'{"type":"client_error","errors":[{"code":"bad_request",'
    b'"detail":"Invalid HTTP request.","attr":null}]}'
)
NOT_HTTP_HEAD = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
    b"x-content-type-options: nosniff\r\nconnection: close\r\n"
)
# Where an application finds how to hang up, and whether the peer has vanished, in the
# scope's extensions.
HANG_UP = "results.hang_up"
IS_LOST = "results.is_lost"


class LimitedProtocol(HttpToolsProtocol):
    """From its first byte, or from the connection's first moment, a request has 10 s
    and 64 KB to be complete."""

    _arriving: asyncio.TimerHandle | None = None
    _arrived_bytes = 0

    def connection_made(  # type: ignore[override]
        self, transport: asyncio.Transport
    ) -> None:
        super().connection_made(transport)
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._arrived_bytes += len(data)
        if self._arriving and self._arrived_bytes > REQUEST_BYTES:
            self.transport.abort()
            return
        super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        extensions: dict[str, Any] = {
            HANG_UP: self.transport.abort,
            IS_LOST: self._is_lost,
        }
        self.scope["extensions"] = extensions
        if self._arriving is None:
            self._expect_request()

    def on_message_complete(self) -> None:
        self._expect_nothing()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is refused in the words of all our errors."""
        head = NOT_HTTP_HEAD + b"content-length: %d\r\n\r\n" % len(NOT_HTTP)
        self.transport.write(head + NOT_HTTP)
        self.transport.close()

    def shutdown(self) -> None:
        """The server ends: streams, which would never, are told so."""
        # Not before Django is set up, which loading the application does.
        from results.live.hub import current_hub

        super().shutdown()
        current_hub().say_goodbye()
        self.loop.call_later(GRACE_SECONDS, self.transport.abort)

    def _expect_request(self) -> None:
        self._arriving = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _expect_nothing(self) -> None:
        self._arrived_bytes = 0
        if self._arriving:
            self._arriving.cancel()
            self._arriving = None

    def _is_lost(self) -> bool:
        connection = self.transport.get_extra_info("socket")
        if connection is None or not hasattr(socket, "TCP_INFO"):
            return False
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)
        # struct tcp_info: its third byte counts retransmissions in a row.
        return bool(info[2] >= LOST_RETRANSMISSIONS)
