"""What a history holds, by plain means: every record read, sorted and looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Stored:
    """A stored member, its time, and the record in it (None for a corrupt one)."""

    member: bytes
    score: float

    @property
    def record(self) -> dict[str, Any] | None:
        try:
            record = json.loads(self.member)
        except ValueError:
            return None
        is_run = isinstance(record, dict) and isinstance(record.get("passed"), bool)
        return record if is_run else None


def newest_first(history):
    """All members in the order that Redis promises, turned around."""
    found = [Stored(member, score) for member, score in history.items()]
    return sorted(found, key=lambda one: (one.score, one.member), reverse=True)


def newest_copies(history):
    """Each run id once, where its newest copy is."""
    found = {}
    for one in newest_first(history):
        if one.record:
            found.setdefault(one.record["run_id"], one)
    return list(found.values())


def asked_of(history, asked):
    """The members of a question, newest first."""
    runs = asked.runs
    rows = newest_first(history) if runs.is_any else newest_copies(history)
    return [
        one
        for one in rows
        if is_within(one.score, asked) and (runs.is_any or is_asked(one.record, runs))
    ]


def is_within(score, asked):
    if asked.within is None:
        return True
    start, end = asked.within.start, asked.within.runs_end.timestamp()
    low = start.timestamp() if start else 0
    return low <= score < end or (asked.within.is_trailing and score == end)


def is_asked(record, runs):
    duration, trigger = record.get("duration_ms"), record.get("triggered_by")
    if runs.passed is not None and record["passed"] is not runs.passed:
        return False
    if runs.triggers and trigger not in runs.triggers:
        return False
    if (runs.shortest_ms, runs.longest_ms) == (None, None):
        return True
    if duration is None or duration < (runs.shortest_ms or 0):
        return False
    return runs.longest_ms is None or duration <= runs.longest_ms
