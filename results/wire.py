"""The shortest way of bytes to a server and back: two system calls a round trip.

redis-py looks before each of its steps: whether a pooled connection still lives,
whether the socket takes bytes, whether some have come. Each look is a system call
that gives the interpreter lock away, and together they cost more than the trip. Here
a connection is taken from its pool once and kept; the kernel keeps its time-outs; and
a connection that died shows itself when it is used, which the client's retry is for.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from math import ceil
from typing import Any, cast

import hiredis
from redis import ConnectionPool
from redis._parsers.hiredis import NOT_ENOUGH_DATA
from redis.connection import Connection, UnixDomainSocketConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from results import patience

CHUNK = 65_536
# Others change what a reply means (Sentinel) or how bytes travel (TLS).
_PLAIN = (Connection, UnixDomainSocketConnection)
# What needs no second look: there may be thousands of replies.
_USUAL = frozenset((bytes, int, list, type(None)))


class Line:
    """One connection of a wire: its socket and its reader, while they are the same."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._socket: socket.socket | None = None
        self._reader: Any = None
        self._buffer = bytearray(CHUNK)
        self._seconds = 0.0

    def ask(self, packed: bytes, count: int) -> list[Any]:
        """The next `count` replies to what is sent; redis-py's errors otherwise.

        After an error the connection is closed: what is still to come on it would be
        the answer to somebody else's question.
        """
        try:
            if self.connection._sock is not self._socket or self._socket is None:
                self._connect()
            elif self._reader.has_data():
                # More came than was asked for: the next reply would be a wrong one.
                self.hang_up()
                self._connect()
            return self._asked(cast(socket.socket, self._socket), packed, count)
        except BlockingIOError as failure:
            self.hang_up()
            raise RedisTimeoutError("the server takes too long") from failure
        except OSError as failure:
            self.hang_up()
            raise RedisConnectionError(f"connection lost: {failure}") from failure
        except BaseException:
            self.hang_up()
            raise

    def hang_up(self) -> None:
        self._socket = self._reader = None
        self.connection.disconnect()

    def _asked(self, line: socket.socket, packed: bytes, count: int) -> list[Any]:
        line.sendall(packed)
        replies: list[Any] = []
        reader = self._reader
        while len(replies) < count:
            reply = reader.gets()
            if type(reply) in _USUAL:
                replies.append(reply)
            elif reply is NOT_ENOUGH_DATA:
                self._receive(line)
            elif isinstance(reply, hiredis.PushNotification):
                self.connection._parser.handle_push_response(reply)
            elif isinstance(reply, RedisConnectionError):
                raise reply
            else:
                replies.append(reply)
        return replies

    def _receive(self, line: socket.socket) -> None:
        left = patience.remaining()
        if left < self._seconds:
            size = self._in_time(line, left)
        else:
            size = line.recv_into(self._buffer)
        if not size:
            raise RedisConnectionError("the server closed the connection")
        self._reader.feed(self._buffer, 0, size)

    def _in_time(self, line: socket.socket, left: float) -> int:
        """One read of a request whose patience ends before the socket's."""
        if left <= 0:
            raise RedisTimeoutError("the server takes too long for this request")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _limit(left))
        size = line.recv_into(self._buffer)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _limit(self._seconds))
        return size

    def _connect(self) -> None:
        self.connection.connect()
        line = self.connection._sock
        self._seconds = self.connection.socket_timeout or 0.0
        line.settimeout(None)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            line.setsockopt(socket.SOL_SOCKET, option, _limit(self._seconds))
        self._socket, self._reader = line, self.connection._parser._reader


class Wire:
    """The lines of one pool that nobody uses; the last one used is the next one."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._process = os.getpid()
        # Its append and pop are atomic.
        self._idle: list[Line] = []

    def exchange(self, packed: bytes, count: int) -> list[Any]:
        """The replies to `count` packed commands; again once on a dead connection,
        where the pool's policy says so."""
        line = self._line()
        try:
            replies: list[Any] = line.connection.retry.call_with_retry(
                lambda: line.ask(packed, count), _already_hung_up
            )
            return replies
        finally:
            self._idle.append(line)

    def _line(self) -> Line:
        if self._process != os.getpid():
            # The parent's sockets: what is read on them here is missing there.
            self._process, self._idle = os.getpid(), []
        try:
            return self._idle.pop()
        except IndexError:
            return Line(self._pool.get_connection())


def wire_of(pool: Any) -> Wire | None:
    """The pool's wire, or None where only redis-py knows how to talk."""
    known = vars(pool)
    if "wire" not in known:
        is_plain = type(pool) is ConnectionPool and pool.connection_class in _PLAIN
        pool.wire = Wire(pool) if is_plain and sys.platform == "linux" else None
    return cast("Wire | None", known["wire"])


def _limit(seconds: float) -> bytes:
    """A kernel's time-out; nought is none."""
    micros = ceil(seconds * 1_000_000)
    return struct.pack("ll", micros // 1_000_000, micros % 1_000_000)


def _already_hung_up(_error: Exception) -> None:
    """What redis-py would do between two tries is done."""
