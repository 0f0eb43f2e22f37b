"""The single writes of one run, for ways that have no script to do them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from results.recorder.entry import RunEntry
from results.recorder.looking import Asked, Expired
from results.recorder.outcome import Limits, RunKeys


def write_point(to: Asked, names: RunKeys, entry: RunEntry) -> None:
    """The timing member, `duration_ms:run_id`."""
    to.zadd(names.timing, {entry.point: entry.score})


def write_latest(to: Asked, names: RunKeys, entry: RunEntry) -> None:
    """The test's latest state; only the newest run may say so."""
    latest: dict[Any, Any] = {
        "last_result": entry.last_result,
        "last_run_at": entry.last_run_at,
    }
    to.hset(names.test, mapping=latest)


def write_incident(to: Asked, names: RunKeys, incident: bytes) -> None:
    """The incident, newest first."""
    to.lpush(names.incidents, incident)


def write_record(to: Asked, names: RunKeys, entry: RunEntry) -> None:
    """The record itself."""
    to.zadd(names.results, {entry.member: entry.score})


def write_guard(to: Asked, names: RunKeys, entry: RunEntry) -> None:
    """That the run is recorded, with this content."""
    to.hset(names.recorded, entry.run_id, entry.digest)


def trim(to: Asked, names: RunKeys, expired: Iterable[Expired], limits: Limits) -> None:
    """Let go of what is too much; of a run the record last, for it knows the rest."""
    for run in expired:
        if run.points:
            to.zrem(names.timing, *run.points)
        if run.run_id is not None:
            to.hdel(names.recorded, run.run_id)
        to.zrem(names.results, run.member)
    if limits.keep_runs:
        to.zremrangebyrank(names.timing, 0, -limits.keep_runs - 1)
    if limits.keep_incidents:
        to.ltrim(names.incidents, 0, limits.keep_incidents - 1)
