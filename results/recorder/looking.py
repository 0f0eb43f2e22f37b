"""What has to be known before a run is written, where no script may look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.client import Pipeline

from results.codec.strict_json import parse_object
from results.domain import CorruptMember
from results.recorder.entry import RunEntry
from results.recorder.outcome import (
    TYPES,
    Limits,
    Recorded,
    RunConflict,
    RunKeys,
    wrong_type,
)

# A pipeline that watches answers at once, as a client does.
Asked = Redis | Pipeline


@dataclass(frozen=True, slots=True)
class Expired:
    """A run that has to go for a new one, with its timing points."""

    member: bytes
    run_id: str | None = None
    points: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a new run means for the others; a stale guard is of runs long gone."""

    is_newest: bool
    guard_is_stale: bool
    expired: tuple[Expired, ...]


def plan_for(
    asked: Asked, names: RunKeys, entry: RunEntry, limits: Limits
) -> Plan | Recorded:
    """The plan for a new run, or what it is instead; raises `RunConflict`."""
    check_types(asked, names)
    has_runs = bool(asked.exists(names.results))
    if has_runs and is_recorded(asked, names, entry):
        return Recorded.REPEAT
    is_there = asked.zscore(names.results, entry.member) is not None
    if is_there and not is_claimed(asked, names, entry):
        return Recorded.REPEAT
    expired = _expired_by(asked, names, entry, limits.keep_runs, is_there)
    if expired is None:
        return Recorded.TOO_OLD
    newer = asked.zcount(names.results, f"({entry.score!r}", "+inf")
    return Plan(not newer, not has_runs, expired)


def is_recorded(asked: Asked, names: RunKeys, entry: RunEntry) -> bool:
    """Whether the guard knows the run; `RunConflict` when it knows another content."""
    known: Any = asked.hget(names.recorded, entry.run_id)
    if known is None or known.decode() == entry.claim:
        return False
    if known.decode() != entry.digest:
        raise RunConflict(entry.test_id, entry.run_id)
    return True


def is_claimed(asked: Asked, names: RunKeys, entry: RunEntry) -> bool:
    """Whether somebody began to record it in steps, and nobody has finished."""
    known: Any = asked.hget(names.recorded, entry.run_id)
    return bool(known == entry.claim.encode())


def check_types(asked: Asked, names: RunKeys) -> None:
    """Raise `UnreadableKey` where a key is not what the contract says."""
    for key, expected in zip(names, TYPES, strict=True):
        found: Any = asked.type(key)
        if found not in (b"none", expected.encode()):
            raise wrong_type(key, found.decode())


def _expired_by(
    asked: Asked, names: RunKeys, entry: RunEntry, keep: int | None, is_there: bool
) -> tuple[Expired, ...] | None:
    """The runs that must go for this one; None when it would be the first to go."""
    count = 0 if keep is None else asked.zcard(names.results) + (not is_there)
    excess = count - (keep or 0)
    if excess < 1:
        return ()
    oldest: Any = asked.zrange(names.results, 0, excess - 1, withscores=True)
    last_member, last_score = oldest[-1]
    if (entry.score, entry.member) < (last_score, last_member):
        return None
    others = (scored for scored in oldest if scored[0] != entry.member)
    return tuple(_expired(asked, names, *scored) for scored in others)


def _expired(asked: Asked, names: RunKeys, member: bytes, score: float) -> Expired:
    try:
        run_id = parse_object(member).get("run_id")
    except CorruptMember:
        run_id = None
    if not isinstance(run_id, str):
        return Expired(member)
    before, after = f"{run_id}:".encode(), f":{run_id}".encode()
    points: Any = asked.zrangebyscore(names.timing, repr(score), repr(score))
    own = (p for p in points if p.startswith(before) or p.endswith(after))
    return Expired(member, run_id, tuple(own))
