"""How the repository asks: one MULTI for a test, one pipeline for many tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.exceptions import ResponseError

from results.codec import hashes
from results.domain import UnknownTest, UnreadableKey
from results.keys import Keys
from results.scrub import Scrubber
from results.trip import Command, pipeline, transaction

BATCH = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What one read of a test brought: its hash, what to hide, and the replies."""

    stored: hashes.Hash | Exception
    scrubber: Scrubber
    replies: list[Any]


def read_test(
    client: Redis,
    keys: Keys,
    test_id: str,
    commands: Sequence[Command],
    fields: tuple[str, ...],
) -> Answer:
    """Run the commands in one MULTI with the test's hash.

    Raises `UnknownTest`, `UnreadableKey` for a command on a wrong type, and
    redis-py's errors for everything else that went wrong.
    """
    # In a Cluster what is asked last is read last: no record may be newer than what
    # has to be hidden in it.
    asked = [
        *commands,
        ("EXISTS", *keys.of_test(test_id)),
        *hash_commands(keys, test_id, fields),
    ]
    *replies, existing, stored, former = transaction(client, asked)
    if not checked(existing):
        raise UnknownTest(test_id)
    return Answer(
        stored=named(stored, fields),
        scrubber=scrubber_of(stored, former, fields),
        replies=[checked(reply) for reply in replies],
    )


def read_many(
    client: Redis, items: Iterable[str], asked: Callable[[str], Sequence[Command]]
) -> Iterator[tuple[str, list[Any]]]:
    """For each item the replies to the commands `asked` of it, a trip for 500 items.

    Replies may be exceptions: one wrong key among many tests must not hide the rest.
    """
    waiting = list(items)
    for start in range(0, len(waiting), BATCH):
        batch = [(item, asked(item)) for item in waiting[start : start + BATCH]]
        commands = [command for _, own in batch for command in own]
        replies = iter(pipeline(client, commands))
        for item, own in batch:
            yield item, [_lasting(next(replies)) for _ in own]


def hash_commands(
    keys: Keys, test_id: str, fields: tuple[str, ...]
) -> tuple[Command, Command]:
    """Ask for the hash's fields and for the former hidden values."""
    return (
        ("HMGET", keys.test(test_id), *fields),
        ("SMEMBERS", keys.hidden(test_id)),
    )


def named(reply: Any, fields: tuple[str, ...]) -> hashes.Hash | Exception:
    """The hash's fields by name, or the error of a key that is no hash."""
    if isinstance(reply, Exception):
        lasting: Exception = _lasting(reply)
        return lasting
    return dict(zip(fields, reply, strict=True))


def scrubber_of(stored: Any, former: Any, fields: tuple[str, ...]) -> Scrubber:
    """What must not leave; an unreadable key means that nobody knows it all."""
    _lasting(former)
    known = named(stored, fields)
    if isinstance(known, Exception) or isinstance(former, Exception):
        return Scrubber(complete=False)
    secrets, complete = hashes.decode_secrets(known, former)
    return Scrubber.hiding(secrets, complete)


def checked(reply: Any) -> Any:
    """The reply; raises `UnreadableKey` where the key holds another type."""
    if is_wrong_type(reply):
        raise UnreadableKey("the key holds another type than the contract says")
    return _lasting(reply)


def is_wrong_type(reply: Any) -> bool:
    return isinstance(reply, ResponseError) and str(reply).startswith("WRONGTYPE")


def _lasting(reply: Any) -> Any:
    """A wrong type concerns one key; any other error is the server's: raised."""
    if isinstance(reply, Exception) and not is_wrong_type(reply):
        raise reply
    return reply
