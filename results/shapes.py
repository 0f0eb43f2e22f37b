"""Domain values as the dictionaries that go out, as `results.serializers` says."""

from __future__ import annotations

from typing import Any

from results.codec.times import to_text
from results.domain import (
    Dashboard,
    RecentRun,
    SyntheticTest,
    TimingPoint,
    Uptime,
)

Shown = dict[str, Any]


def timing_point(point: TimingPoint) -> Shown:
    # One with an outcome is shown without it.
    timestamp, duration_ms, run_id = point[:3]
    return {
        "timestamp": to_text(timestamp),
        "duration_ms": duration_ms,
        "run_id": run_id,
    }


def uptime(found: Uptime) -> Shown:
    return {
        "test_id": found.test_id,
        "uptime_pct": found.uptime_pct,
        "total_runs": found.total_runs,
        "passed_runs": found.passed_runs,
        "failed_runs": found.failed_runs,
        "window_hours": found.window_hours,
    } | _when_not_zero(skipped=found.skipped, future_runs=found.future_runs)


def synthetic_test(test: SyntheticTest) -> Shown:
    variables = test.variables
    return {
        "id": test.id,
        "name": test.name,
        "url": test.url,
        "goal": test.goal,
        "schedule": test.schedule,
        "status": test.status,
        "last_result": test.last_result,
        "last_run_at": to_text(test.last_run_at),
        "created_at": to_text(test.created_at),
        "updated_at": to_text(test.updated_at),
        "variables": variables
        and [{"name": known.name, "hidden": known.hidden} for known in variables],
    }


def dashboard(found: Dashboard) -> Shown:
    return {
        **found.counts._asdict(),
        "last_run_at_global": to_text(found.last_run_at_global),
        "next_run_approx_minutes": found.next_run_approx_minutes,
        "recent_runs": [recent_run(recent) for recent in found.recent_runs],
    } | _when_not_zero(skipped=found.skipped)


def recent_run(recent: RecentRun) -> Shown:
    test, run = recent.test, recent.run
    fields = run.fields if run else {}
    return {
        "test_id": test.id,
        "test_name": test.name,
        "test_url": test.url,
        "last_result": test.last_result,
        "last_run_at": to_text(test.last_run_at),
        "steps_passed": fields.get("steps_passed"),
        "steps_total": fields.get("steps_total"),
        "duration_ms": fields.get("duration_ms"),
        "triggered_by": fields.get("triggered_by"),
    }


def _when_not_zero(**counters: int) -> Shown:
    """Counters that are only of interest when something happened stay away."""
    return {name: count for name, count in counters.items() if count}
