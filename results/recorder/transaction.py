"""One run with WATCH and MULTI, for a Redis user who may not run scripts."""

from __future__ import annotations

from redis import Redis
from redis.client import Pipeline

from results.recorder.entry import RunEntry
from results.recorder.looking import plan_for
from results.recorder.outcome import Limits, Recorded, RunKeys
from results.recorder.writing import (
    trim,
    write_guard,
    write_incident,
    write_latest,
    write_point,
    write_record,
)
from results.watched import watched


def record_in_transaction(
    client: Redis, names: RunKeys, entry: RunEntry, limits: Limits
) -> Recorded:
    """Record one run, or nothing of it, in a dozen round trips."""
    return watched(client, names, lambda pipe: _attempt(pipe, names, entry, limits))


def _attempt(
    pipe: Pipeline, names: RunKeys, entry: RunEntry, limits: Limits
) -> Recorded:
    plan = plan_for(pipe, names, entry, limits)
    if isinstance(plan, Recorded):
        return plan
    pipe.multi()
    if plan.guard_is_stale:
        pipe.delete(names.recorded)
    write_record(pipe, names, entry)
    write_guard(pipe, names, entry)
    write_point(pipe, names, entry)
    if plan.is_newest:
        write_latest(pipe, names, entry)
    if entry.incident:
        write_incident(pipe, names, entry.incident)
    trim(pipe, names, plan.expired, limits)
    pipe.execute()
    return Recorded.NEW
