"""Finishes what writers in ordered steps left half done (see `steps.py`).

A claim in the guard says so. Where its record is there, the run is recorded again,
which does what is missing; where it is not, nothing of the run was stored, and the
claim goes. A claim may be of a writer that is at work: it comes to the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redis import Redis

from results.codec.records import parse_run
from results.domain import CorruptMember
from results.keys import Keys
from results.recorder.entry import RunEntry
from results.recorder.looking import check_types
from results.recorder.outcome import Limits, RunKeys
from results.recorder.steps import record_in_steps

CHUNK = 100


@dataclass(frozen=True, slots=True)
class RepairReport:
    """Of one test how many runs were, or would be, `finished`; how many claims without
    a record `dropped`; and how many `left`, for their record is not what was claimed.
    """

    test_id: str
    finished: int = 0
    dropped: int = 0
    left: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.finished or self.dropped or self.left)


def repair(
    client: Redis, keys: Keys, test_id: str, *, dry_run: bool = False
) -> RepairReport:
    """Repair one test. Raises `UnreadableKey` for a key of another type."""
    names = RunKeys.of(keys, test_id)
    check_types(client, names)
    claims = _claims(client, names)
    if not claims:
        return RepairReport(test_id)
    there = _entries(client, names, test_id, set(claims))
    whole = {i: entry for i, entry in there.items() if entry and _is(entry, claims[i])}
    dropped = claims.keys() - there.keys()
    if not dry_run:
        for entry in whole.values():
            record_in_steps(client, names, entry, Limits())
        if dropped:
            client.hdel(names.recorded, *dropped)
    return RepairReport(test_id, len(whole), len(dropped), len(there) - len(whole))


def ids_with_guards(client: Redis, keys: Keys) -> list[str]:
    """Every test that our recorder has written to, in order."""
    pattern = keys.recorded("*")
    found = client.scan_iter(match=pattern, count=1000)
    ids = (keys.test_id_in(name.decode("latin-1"), pattern) for name in found)
    return sorted({test_id for test_id in ids if test_id})


def _claims(client: Redis, names: RunKeys) -> dict[str, str]:
    guard: Any = client.hgetall(names.recorded)
    texts = {run_id.decode(): known.decode() for run_id, known in guard.items()}
    return {i: known for i, known in texts.items() if known.endswith(RunEntry.CLAIM)}


def _is(entry: RunEntry, claim: str) -> bool:
    return entry.claim == claim


def _entries(
    client: Redis, names: RunKeys, test_id: str, wanted: set[str]
) -> dict[str, RunEntry | None]:
    """The stored runs of these ids; None where one cannot be recorded as it is."""
    found: dict[str, RunEntry | None] = {}
    start = 0
    while True:
        chunk: Any = client.zrevrange(names.results, start, start + CHUNK - 1)
        for member in chunk:
            run_id, entry = _entry(member, test_id)
            if run_id in wanted:
                found.setdefault(run_id, entry)
        if len(chunk) < CHUNK:
            return found
        start += CHUNK


def _entry(member: bytes, test_id: str) -> tuple[str, RunEntry | None]:
    try:
        record = parse_run(member)
        return record["run_id"], RunEntry.of(test_id, record)
    except CorruptMember:
        return "", None
    except ValueError:
        return record["run_id"], None
