"""Carries bytes to a server and its replies back, by the shortest way there is."""

from __future__ import annotations

from typing import Any, cast

import hiredis
from redis import ConnectionPool
from redis._parsers.hiredis import NOT_ENOUGH_DATA
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from results.wire import wire_of


def carried(pool: ConnectionPool, packed: bytes, count: int) -> list[Any]:
    """The replies to so many packed commands."""
    if wire := wire_of(pool):
        return wire.exchange(packed, count)
    connection: Any = pool.get_connection()
    try:
        replies: list[Any] = connection.retry.call_with_retry(
            lambda: _sent(connection, packed, count),
            lambda _error: connection.disconnect(),
        )
        return replies
    finally:
        pool.release(connection)


def _sent(connection: Any, packed: bytes, count: int) -> list[Any]:
    connection.send_packed_command([packed])
    replies = [_reply(connection)]
    while len(replies) < count:
        replies += _arrived(connection, count - len(replies))
        if len(replies) < count:
            replies.append(_reply(connection))
    return replies


def _arrived(connection: Any, most: int) -> list[Any]:
    """Replies that came in the same packet, straight from the reader: redis-py looks
    at each of them for longer than it takes to read it."""
    parser = getattr(connection, "_parser", None)
    reader = getattr(parser, "_reader", None)
    found: list[Any] = []
    while reader and len(found) < most:
        reply = reader.gets()
        if reply is NOT_ENOUGH_DATA:
            break
        if isinstance(reply, hiredis.PushNotification):
            cast(Any, parser).handle_push_response(reply)
        elif isinstance(reply, RedisConnectionError):
            connection.disconnect()
            raise reply
        else:
            found.append(reply)
    return found


def _reply(connection: Any) -> Any:
    try:
        return connection.read_response()
    except ResponseError as failure:
        return failure
