"""One run in ordered steps, for a cluster: its keys lie on several servers.

Each step may be done again, so a recording that was cut short is completed by the
next try. The guard is claimed first; it is confirmed last, together with the record.
What may be seen meanwhile is a timing point or an incident whose run is not there yet.
"""

from __future__ import annotations

from typing import Any

from redis import Redis

from results.recorder.entry import RunEntry
from results.recorder.looking import is_recorded, plan_for
from results.recorder.outcome import Limits, Recorded, RunKeys
from results.recorder.writing import (
    trim,
    write_incident,
    write_latest,
    write_point,
    write_run,
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
    write_point(client, names, entry)
    if plan.is_newest:
        write_latest(client, names, entry)
    if entry.incident and not _has_incident(client, names, entry.incident):
        write_incident(client, names, entry.incident)
    trim(client, names, plan.expired, limits)
    with client.pipeline(transaction=True) as pipe:
        write_run(pipe, names, entry)
        pipe.execute()
    return Recorded.NEW


def _has_incident(client: Redis, names: RunKeys, incident: Any) -> bool:
    return client.lpos(names.incidents, incident) is not None
