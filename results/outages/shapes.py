"""Outages as the dictionaries that go out, as `results.outages.serializers` says."""

from __future__ import annotations

from results.analysis.outage_causes import OutageGroup, ToldOutage
from results.codec.times import to_text
from results.reliability.shapes import seconds
from results.shapes import Shown


def outage(told: ToldOutage) -> Shown:
    found = told.outage
    return {
        "id": found.id,
        "test_id": told.test_id,
        "state": "open" if found.is_open else "closed",
        "started_at": to_text(found.started_at),
        "ended_at": to_text(found.ended_at),
        "duration_s": seconds(found.duration),
        "down_s": seconds(found.down),
        "failed_runs": found.failed_runs,
        "first_run_id": found.id,
        "last_run_id": found.last_id,
        "recovery_run_id": found.recovery_id,
        "error": told.error,
        "last_error": told.last_error,
        "fingerprint": told.fingerprint,
        "alert_sent": told.alert_sent,
    }


def outage_group(found: OutageGroup) -> Shown:
    return {
        "fingerprint": found.fingerprint,
        "error": found.error,
        "first_seen": to_text(found.first_seen),
        "last_seen": to_text(found.last_seen),
        "outages": found.outages,
        "failed_runs": found.failed_runs,
        "tests": list(found.test_ids),
        "still_happening": found.is_happening,
    }
