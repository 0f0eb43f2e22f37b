"""One run in one round trip: a Lua script that decides and writes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redis import Redis

from results.codec import facts
from results.recorder.entry import RunEntry
from results.recorder.outcome import (
    Limits,
    Recorded,
    RunConflict,
    RunKeys,
    wrong_type,
)

# Sent as text each time (EVAL): 7 KB beside a record, and never a second trip for a
# server that was restarted and has forgotten its scripts.
SCRIPT = "".join(
    Path(__file__).with_name(name).read_text()
    for name in ("index_run.lua", "record_run.lua")
)


def record_by_script(
    client: Redis, names: RunKeys, entry: RunEntry, limits: Limits
) -> Recorded:
    """Record one run, or nothing of it; the run index of the test follows along."""
    return _concluded(entry, client.eval(SCRIPT, *_arguments(names, entry, limits)))


def record_batch_by_script(
    client: Redis, names: RunKeys, entries: Sequence[RunEntry], limits: Limits
) -> list[Recorded]:
    """Record some runs, each as a whole, in one round trip.

    The first error is raised when all of them were tried.
    """
    with client.pipeline(transaction=False) as pipe:
        for entry in entries:
            pipe.eval(SCRIPT, *_arguments(names, entry, limits))
        replies = pipe.execute()
    return [
        _concluded(entry, reply) for entry, reply in zip(entries, replies, strict=True)
    ]


def _arguments(names: RunKeys, entry: RunEntry, limits: Limits) -> Any:
    keys = [*names, *names.run_index.content]
    seen = facts.sight(entry.member)
    return [
        len(keys),
        *keys,
        entry.run_id,
        entry.digest,
        entry.member,
        entry.point,
        repr(entry.score),
        entry.last_result,
        entry.last_run_at,
        entry.incident or b"",
        limits.keep_runs or 0,
        limits.keep_incidents or 0,
        facts.VERSION,
        secrets.token_hex(4),
        facts.encode(seen.facts) if seen.facts else b"",
        seen.summary,
        seen.size_bytes,
    ]


def _concluded(entry: RunEntry, reply: Any) -> Recorded:
    word, *key_and_type = [part.decode() for part in reply]
    if word == "conflict":
        raise RunConflict(entry.test_id, entry.run_id)
    if word == "wrong type":
        raise wrong_type(*key_and_type)
    return Recorded(word)
