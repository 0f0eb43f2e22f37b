"""Writes a stretch of an index as a whole, or nothing of it."""

from __future__ import annotations

from typing import Any

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import WatchError

from results.codec import facts as facts_codec
from results.codec.facts import RunFacts
from results.keys import IndexKeys
from results.run_index.change import (
    Before,
    CannotMend,
    Change,
    Sighted,
    Span,
    change_for,
    head_after,
    large_field,
)
from results.run_index.head import Head, decode
from results.trip import Command, scored, transaction

NOTHING = Before(0, {}, 0, {})


def write_span(
    client: Redis,
    names: IndexKeys,
    seen: bytes | None,
    span: Span,
    found: list[Sighted],
    is_complete: bool,
) -> Head:
    """Make the index say `found` (newest first) about the span, and nothing else.

    `seen` is the head as the caller read it; one that is not ours begins a new index.
    Raises `WatchError` when it is another one by now, and `CannotMend`.
    """
    head = decode(seen)
    before = _before(client, names, span, found) if head else NOTHING
    change = change_for(before, found)
    after = head_after(head, before, span, found, change, is_complete)
    stale = _stale_summaries(client, names, change) if after.has_large else []
    with client.pipeline(transaction=True) as pipe:
        _watch(pipe, names, seen)
        pipe.multi()
        if head is None:
            pipe.delete(*names.content)
        queue(pipe, names, span, change, stale)
        pipe.set(names.head, after.encode())
        pipe.execute()
    return after


def drop(client: Redis, names: IndexKeys) -> None:
    """Forget the index: nobody uses one without a head."""
    client.delete(*names.content)


def _watch(pipe: Pipeline, names: IndexKeys, seen: bytes | None) -> None:
    """From here on nobody else may change the index; it must be the one we read."""
    pipe.watch(names.head)  # type: ignore[no-untyped-call]
    if pipe.get(names.head) != seen:
        raise WatchError("another process changed the index")


def _before(
    client: Redis, names: IndexKeys, span: Span, found: list[Sighted]
) -> Before:
    ids = list(dict.fromkeys(seen.run_id for seen, _ in found if seen.run_id))
    within = (span.low, span.high)
    asked: list[Command] = [("ZCOUNT", key, *within) for key in names.sets]
    asked.append(("ZCARD", names.duplicates))
    runs = (names.passed, names.failed)
    asked += [("ZRANGEBYSCORE", key, *within, "WITHSCORES") for key in runs]
    if ids:
        asked += [("ZMSCORE", key, *ids) for key in runs]
        asked.append(("HMGET", names.facts, *ids))
    replies = [_readable(reply) for reply in transaction(client, asked)]
    counts, (duplicates, passed, failed, *known) = replies[:4], replies[4:]
    inside = {run_id.decode(): (True, at) for run_id, at in scored(passed)}
    inside |= {run_id.decode(): (False, at) for run_id, at in scored(failed)}
    others = zip(ids, *known, strict=True) if known else ()
    return Before(
        count=sum(counts),
        inside=inside,
        duplicates_elsewhere=duplicates - counts[3],
        elsewhere={
            run_id: (float(failed_at if passed_at is None else passed_at), _facts(raw))
            for run_id, passed_at, failed_at, raw in others
            if run_id not in inside and (passed_at, failed_at) != (None, None)
        },
    )


def _facts(raw: bytes | None) -> RunFacts:
    try:
        return facts_codec.decode(raw or b"")
    except (TypeError, ValueError):
        raise CannotMend("the facts of a run are missing") from None


def _readable(reply: Any) -> Any:
    if isinstance(reply, Exception):
        raise CannotMend("a key of the index is of another type")
    return reply


def _stale_summaries(client: Redis, names: IndexKeys, change: Change) -> list[str]:
    """Summaries of records that go; of moved ones too, which lie elsewhere now."""
    ids = sorted(change.gone | change.moved)
    if not ids:
        return []
    asked: list[Command] = [("HMGET", names.facts, *ids)]
    asked += [("ZMSCORE", key, *ids) for key in (names.passed, names.failed)]
    stored = zip(*transaction(client, asked), strict=True)
    return [
        large_field(float(failed if passed is None else passed), _facts(raw).size_bytes)
        for raw, passed, failed in stored
        if raw is not None and (passed, failed) != (None, None)
    ]


def queue(
    pipe: Pipeline, names: IndexKeys, span: Span, change: Change, stale: list[str]
) -> None:
    """The commands that change a span, without the head; `stale` are fields that name
    summaries."""
    for key in names.sets:
        pipe.zremrangebyscore(key, span.low, span.high)
    if change.moved:
        pipe.zrem(names.passed, *change.moved)
        pipe.zrem(names.failed, *change.moved)
    if change.gone:
        pipe.hdel(names.facts, *change.gone)
    if stale:
        pipe.hdel(names.large, *stale)
    added = (change.passed, change.failed, change.corrupt, change.duplicates)
    for key, members in zip(names.sets, added, strict=True):
        if members:
            pipe.zadd(key, members)
    for key, fields in ((names.facts, change.facts), (names.large, change.large)):
        if fields:
            pipe.hset(key, mapping=fields)
