"""Builds the indexes of many short histories at once: a few trips for all of them.

The first page over a store that a foreign writer filled asks for the index of every
test. One by one, each costs some 25 trips and most of them wait; here are few for as
many as a reader may hold. Whatever is not short, or not simple, is left to `Builder`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import WatchError

from results.codec.facts import sight
from results.keys import IndexKeys, Keys
from results.run_index.building import LOCK_MS, release
from results.run_index.change import Sighted, Span, change_for, head_after
from results.run_index.head import Head
from results.run_index.records import CHUNK_BYTES, MOST_RECORDS, OnTime
from results.run_index.writing import NOTHING, queue
from results.trip import Command, Spread, pipeline, scored

SHORT_BYTES = 1024 * 1024
# A group is one write: nobody else's command waits longer than for this many.
MOST_TESTS = 50
# So many more runs may arrive between two trips.
ROOM = 8


class Short(NamedTuple):
    """A test with few enough runs, and what their key takes."""

    results: str
    names: IndexKeys
    runs: int
    size_bytes: int


# A test, and its members as they were seen, newest first.
Read = tuple[Short, list[Sighted]]


def build_short(
    client: Redis, keys: Keys, test_ids: Iterable[str], on_time: OnTime
) -> Iterator[tuple[str, Head]]:
    """Build what can be built at once; the heads of what was, with their keys.

    Raises what `on_time` raises, and redis-py's errors where our user may not write.
    """
    if isinstance(client, Spread):
        # One write there is one slot's.
        return
    for group in _groups(_short(client, keys, list(test_ids))):
        on_time()
        with suppress(WatchError):
            yield from _built(client, group).items()


def _short(client: Redis, keys: Keys, test_ids: Sequence[str]) -> list[Short]:
    """Those without an index; every member is measured, for one may be huge."""
    asked: list[Command] = []
    for test_id in test_ids:
        asked += [
            ("EXISTS", keys.index(test_id).head),
            ("ZCARD", keys.results(test_id)),
        ]
    found = pipeline(client, asked)
    few = {
        test_id: runs
        for test_id, has_head, runs in zip(
            test_ids, found[::2], found[1::2], strict=True
        )
        if has_head == 0 and _is_count(runs) and runs <= MOST_RECORDS
    }
    usage: list[Command] = [
        ("MEMORY", "USAGE", keys.results(test_id), "SAMPLES", 0) for test_id in few
    ]
    sizes = zip(few.items(), pipeline(client, usage), strict=True)
    return [
        Short(keys.results(test_id), keys.index(test_id), runs, size)
        for (test_id, runs), size in sizes
        if _is_count(size) and size <= SHORT_BYTES
    ]


def _is_count(reply: Any) -> bool:
    """Whether there is something; not an error, for which `Builder` has an answer."""
    return isinstance(reply, int) and reply > 0


def _groups(tests: Sequence[Short]) -> Iterator[list[Short]]:
    """So many at once as a builder reads at a time of one."""
    group: list[Short] = []
    for test in tests:
        size = sum(other.size_bytes for other in group) + test.size_bytes
        if group and (len(group) == MOST_TESTS or size > CHUNK_BYTES):
            yield group
            group = []
        group.append(test)
    if group:
        yield group


def _built(client: Redis, group: Sequence[Short]) -> dict[str, Head]:
    token = secrets.token_hex(8)
    locked = _locked(client, group, token)
    heads: dict[str, Head] = {}
    try:
        heads = _written(client, _read(client, locked), token)
    finally:
        for test in locked:
            if test.names.head not in heads:
                release(client, test.names.building, token)
    return heads


def _locked(client: Redis, group: Sequence[Short], token: str) -> list[Short]:
    """Those that nobody else builds."""
    lock = (token, "NX", "PX", LOCK_MS)
    replies = pipeline(client, [("SET", t.names.building, *lock) for t in group])
    for reply in replies:
        if isinstance(reply, Exception):
            raise reply
    return [test for test, reply in zip(group, replies, strict=True) if reply]


def _read(client: Redis, tests: Sequence[Short]) -> Iterator[Read]:
    """What the records say, of each test whose whole history came."""
    asked: list[Command] = [
        ("ZREVRANGE", test.results, 0, test.runs + ROOM - 1, "WITHSCORES")
        for test in tests
    ]
    for test, reply in zip(tests, pipeline(client, asked), strict=True):
        if not isinstance(reply, Exception):
            members = scored(reply)
            if 0 < len(members) < test.runs + ROOM:
                yield test, [(sight(member), score) for member, score in members]


def _written(client: Redis, found: Iterable[Read], token: str) -> dict[str, Head]:
    read = list(found)
    if not read:
        return {}
    heads = {}
    with client.pipeline(transaction=True) as pipe:
        _watch(pipe, [test.names for test, _ in read], token)
        pipe.multi()
        for test, sighted in read:
            names, span = test.names, Span(repr(sighted[-1][1]), "+inf", True, True)
            change = change_for(NOTHING, sighted)
            head = head_after(None, NOTHING, span, sighted, change, True)
            pipe.delete(*names)
            queue(pipe, names, span, change, [])
            pipe.set(names.head, head.encode())
            heads[names.head] = head
        pipe.execute()
    return heads


def _watch(pipe: Pipeline, names: Sequence[IndexKeys], token: str) -> None:
    """From here on nobody else may begin one of the indexes, and all locks are ours."""
    heads, locks = [n.head for n in names], [n.building for n in names]
    pipe.watch(*heads, *locks)  # type: ignore[no-untyped-call]
    if pipe.exists(*heads) or set(pipe.mget(locks)) != {token.encode()}:
        raise WatchError("another process was faster")
