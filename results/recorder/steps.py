"""One run in ordered steps, for a cluster: its keys lie on several servers.

The guard is claimed first and confirmed last; the record is stored right behind the
claim. Whoever dies in between leaves a run that is there and perhaps not yet in the
timing, the incidents or the test's latest state: all that is shown is true. Each step
may be done again, so the next try, or `repair`, finishes it.
"""

from __future__ import annotations

from typing import Any

from redis import Redis

from results.recorder.entry import RunEntry
from results.recorder.looking import is_recorded, plan_for
from results.recorder.outcome import Limits, Recorded, RunKeys
from results.recorder.writing import (
    trim,
    write_guard,
    write_incident,
    write_latest,
    write_point,
    write_record,
)


def record_in_steps(
    client: Redis, names: RunKeys, entry: RunEntry, limits: Limits
) -> Recorded:
    """Record one run; after an error, record it again."""
    plan = plan_for(client, names, entry, limits)
    if isinstance(plan, Recorded):
        return plan
    if plan.guard_is_stale:
        client.delete(names.recorded)
    client.hsetnx(names.recorded, entry.run_id, entry.claim)
    if is_recorded(client, names, entry):
        return Recorded.REPEAT
    write_record(client, names, entry)
    write_point(client, names, entry)
    if plan.is_newest:
        write_latest(client, names, entry)
    if entry.incident and not _has_incident(client, names, entry.incident):
        write_incident(client, names, entry.incident)
    trim(client, names, plan.expired, limits)
    write_guard(client, names, entry)
    return Recorded.NEW


def _has_incident(client: Redis, names: RunKeys, incident: Any) -> bool:
    return client.lpos(names.incidents, incident) is not None
