"""One round trip to Redis: commands packed once, sent at once, replies undecoded.

redis-py's pipeline spends four times as much CPU on the same bytes (230 us for ten
commands, 60 here), which is most of what a small answer costs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import hiredis
from redis import ConnectionPool, Redis
from redis._parsers.hiredis import NOT_ENOUGH_DATA
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ExecAbortError, ResponseError

from results import patience
from results.breaker import AWAY, breaker_of
from results.wire import wire_of

Command = tuple[str | bytes | int, ...]
Scored = tuple[bytes, float]

# Typed as if a command were always one word.
pack_command: Callable[[Command], bytes] = cast(Any, hiredis.pack_command)


class Spread(ABC):
    """A client of several servers, which finds the one to ask for each command."""

    @abstractmethod
    def together(self, commands: Sequence[Command]) -> list[Any]:
        """What `transaction` returns: of one moment, as far as one server has it."""

    @abstractmethod
    def apart(self, commands: Sequence[Command]) -> list[Any]:
        """What `pipeline` returns."""

    @abstractmethod
    def masters(self) -> list[Redis]:
        """A client for each server that can be written to."""

    @abstractmethod
    def server_of(self, key: str) -> Redis:
        """The client of the server that has the key, by the latest that is known."""


_MULTI = pack_command(("MULTI",))
_EXEC = pack_command(("EXEC",))


def transaction(client: Redis, commands: Sequence[Command]) -> list[Any]:
    """The replies of one MULTI; a command that failed has its error as its reply.

    Raises what the server said when it refused to queue a command, and redis-py's
    errors for a connection that failed: once more where the client's policy says so.
    """
    if isinstance(client, Spread):
        return client.together(commands)
    packed = b"".join([_MULTI, *map(pack_command, commands), _EXEC])
    *queued, found = exchange(client, packed, len(commands) + 2)
    if isinstance(found, ExecAbortError):
        found = next((r for r in queued if isinstance(r, ResponseError)), found)
    if isinstance(found, Exception):
        raise found
    return cast(list[Any], found)


def pipeline(client: Redis, commands: Sequence[Command]) -> list[Any]:
    """The replies of independent commands; errors are replies, too."""
    if isinstance(client, Spread):
        return client.apart(commands)
    packed = b"".join(map(pack_command, commands))
    return exchange(client, packed, len(commands)) if commands else []


def exchange(client: Redis, packed: bytes, count: int) -> list[Any]:
    """There and back, unless the store is known to be away, and within the time that
    is left to the request."""
    breaker = breaker_of(client.connection_pool)
    if breaker.is_open:
        breaker.refuse()
    departed = patience.depart()
    try:
        replies = _carried(client.connection_pool, packed, count)
    except AWAY as failure:
        breaker.failed(failure)
        raise
    finally:
        patience.arrive(departed)
    if breaker.failures:
        breaker.succeeded()
    return replies


def _carried(pool: ConnectionPool, packed: bytes, count: int) -> list[Any]:
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


def scored(reply: Iterable[Any]) -> list[Scored]:
    """Members with their scores, from either protocol's shape of WITHSCORES."""
    items = list(reply)
    if items and isinstance(items[0], list):
        return [(member, float(score)) for member, score in items]
    return [(m, float(s)) for m, s in zip(items[::2], items[1::2], strict=True)]
