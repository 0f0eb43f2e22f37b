"""Keys of a dump into a Redis: all of them at once, or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from redis import Redis
from redis.client import Pipeline

from results.dump.reading import StoredKey
from results.keys import Keys
from results.watched import watched

# A command of this many elements is no burden to any server.
CHUNK = 1000


class KeysExist(Exception):
    """Keys of the dump are there already; nothing was written."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"keys that exist already: {', '.join(names)}")
        self.names = tuple(names)


def load_keys(
    client: Redis, keys: Sequence[StoredKey], prefix: str = "", *, replace: bool = False
) -> None:
    """Write the keys under the prefix, in one MULTI; raises `KeysExist`.

    With `replace` a key that exists is overwritten. What our recorder remembers of
    runs that were there before goes in either case, for these are others.
    """
    names = {prefix + key.name: key for key in keys}

    def attempt(pipe: Pipeline) -> None:
        if not replace and pipe.exists(*names):
            raise KeysExist([name for name in names if pipe.exists(name)])
        pipe.multi()
        pipe.delete(*names, *_stale_guards(keys, prefix))
        for name, key in names.items():
            _queue(pipe, name, key)
        pipe.execute()

    watched(client, tuple(names), attempt)


def _stale_guards(keys: Sequence[StoredKey], prefix: str) -> list[str]:
    ids = [key.test_id_of_results for key in keys]
    return [Keys(prefix).recorded(test_id) for test_id in ids if test_id]


def _queue(pipe: Pipeline, name: str, key: StoredKey) -> None:
    value: Any = key.value
    if key.type == "string":
        pipe.set(name, value)
    elif key.type == "hash":
        pipe.hset(name, mapping=value)
    elif key.type == "stream":
        for entry_id, fields in value:
            pipe.xadd(name, fields, id=entry_id)
    else:
        for chunk in _chunks(value):
            _queue_elements(pipe, name, key.type, chunk)


def _queue_elements(pipe: Pipeline, name: str, type_name: str, chunk: Any) -> None:
    if type_name == "zset":
        pipe.zadd(name, dict(chunk))
    elif type_name == "list":
        pipe.rpush(name, *chunk)
    else:
        pipe.sadd(name, *chunk)


def _chunks(elements: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(elements), CHUNK):
        yield elements[start : start + CHUNK]
