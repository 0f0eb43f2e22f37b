"""One round trip to Redis: commands packed once, sent at once, replies undecoded.

redis-py's pipeline spends four times as much CPU on the same bytes (230 us for ten
commands, 60 here), which is most of what a small answer costs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, cast

import hiredis
from redis import Redis
from redis.exceptions import ExecAbortError, ResponseError

from results import patience
from results.breaker import AWAY, breaker_of
from results.carrying import carried

Command = tuple[str | bytes | int, ...]
Scored = tuple[bytes, float]

# Typed as if a command were always one word.
pack_command: Callable[[Command], bytes] = cast(Any, hiredis.pack_command)


class Packed(NamedTuple):
    """Commands that are sent again and again, with the bytes of them."""

    commands: tuple[Command, ...]
    sent: bytes

    @classmethod
    def of(cls, commands: Iterable[Command]) -> Packed:
        """To be kept; packing once what is sent once gains nothing."""
        words = tuple(commands)
        return cls(words, b"".join(map(pack_command, words)))


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


def pipeline(client: Redis, commands: Sequence[Command | Packed]) -> list[Any]:
    """The replies of independent commands; errors are replies, too."""
    if isinstance(client, Spread):
        return client.apart(flat(commands))
    packed = b"".join(
        [
            asked.sent if type(asked) is Packed else pack_command(cast(Command, asked))
            for asked in commands
        ]
    )
    return exchange(client, packed, count_of(commands)) if commands else []


def count_of(commands: Sequence[Command | Packed]) -> int:
    """How many replies there will be."""
    return len(commands) + sum(
        [len(asked.commands) - 1 for asked in commands if type(asked) is Packed]
    )


def flat(commands: Sequence[Command | Packed]) -> list[Command]:
    """The commands, one by one."""
    return [
        command
        for asked in commands
        for command in (asked.commands if isinstance(asked, Packed) else (asked,))
    ]


def exchange(client: Redis, packed: bytes, count: int) -> list[Any]:
    """There and back, unless the store is known to be away, and within the time that
    is left to the request."""
    breaker = breaker_of(client.connection_pool)
    if breaker.is_open:
        breaker.refuse()
    departed = patience.depart()
    try:
        replies = carried(client.connection_pool, packed, count)
    except AWAY as failure:
        breaker.failed(failure)
        raise
    finally:
        patience.arrive(departed)
    if breaker.failures:
        breaker.succeeded()
    return replies


def scored(reply: Iterable[Any]) -> list[Scored]:
    """Members with their scores, from either protocol's shape of WITHSCORES."""
    items = list(reply)
    if items and isinstance(items[0], list):
        return [(member, float(score)) for member, score in items]
    return [(m, float(s)) for m, s in zip(items[::2], items[1::2], strict=True)]
