"""One run in one round trip: a Lua script that decides and writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redis import Redis

from results.recorder.entry import RunEntry
from results.recorder.outcome import (
    Limits,
    Recorded,
    RunConflict,
    RunKeys,
    wrong_type,
)

# Sent as text each time (EVAL): 3 KB beside a record, and never a second trip for a
# server that was restarted and has forgotten its scripts.
SCRIPT = Path(__file__).with_name("record_run.lua").read_text()


def record_by_script(
    client: Redis, names: RunKeys, entry: RunEntry, limits: Limits
) -> Recorded:
    """Record one run, or nothing of it."""
    reply = client.eval(SCRIPT, len(names), *names, *_arguments(entry, limits))
    return _concluded(entry, reply)


def record_batch_by_script(
    client: Redis, names: RunKeys, entries: Sequence[RunEntry], limits: Limits
) -> list[Recorded]:
    """Record some runs, each as a whole, in one round trip.

    The first error is raised when all of them were tried.
    """
    with client.pipeline(transaction=False) as pipe:
        for entry in entries:
            pipe.eval(SCRIPT, len(names), *names, *_arguments(entry, limits))
        replies = pipe.execute()
    return [
        _concluded(entry, reply) for entry, reply in zip(entries, replies, strict=True)
    ]


def _arguments(entry: RunEntry, limits: Limits) -> list[Any]:
    return [
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
    ]


def _concluded(entry: RunEntry, reply: Any) -> Recorded:
    word, *key_and_type = [part.decode() for part in reply]
    if word == "conflict":
        raise RunConflict(entry.test_id, entry.run_id)
    if word == "wrong type":
        raise wrong_type(*key_and_type)
    return Recorded(word)
