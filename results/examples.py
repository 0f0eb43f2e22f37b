"""One example an operation, for the OpenAPI document: the plan's, where it has one."""

from __future__ import annotations

from typing import Any

from results.outlets.examples import BADGE
from results.reliability import examples as reliability

_STEP = {
    "step_number": 1,
    "passed": True,
    "details": "Navigate to the login page: done",
    "retry_count": 0,
}
_RUN = {
    "run_id": "a1b2c3d4",
    "test_id": "abc12345",
    "passed": True,
    "duration_ms": 12340,
    "steps_passed": 3,
    "steps_total": 3,
    "details": "All steps passed.",
    "step_results": [_STEP],
    "error": None,
    "triggered_by": "qstash",
    "started_at": "2026-02-14T10:00:00Z",
    "completed_at": "2026-02-14T10:00:12Z",
}
_TEST = {
    "id": "abc12345",
    "name": "Login Flow",
    "url": "https://myapp.com/login",
    "goal": "Log in with {{user}} and {{password}}",
    "schedule": "*/15 * * * *",
    "status": "active",
    "last_result": "passed",
    "last_run_at": "2026-02-14T10:00:00Z",
    "created_at": "2026-02-13T18:20:11Z",
    "updated_at": "2026-02-13T18:20:11Z",
    "variables": [
        {"name": "user", "hidden": False},
        {"name": "password", "hidden": True},
    ],
}

_OUTAGE = {
    "id": "b2c3d4e5",
    "test_id": "abc12345",
    "state": "closed",
    "started_at": "2026-02-14T09:15:00Z",
    "ended_at": "2026-02-14T10:00:00Z",
    "duration_s": 2700.0,
    "down_s": 2700.0,
    "failed_runs": 3,
    "first_run_id": "b2c3d4e5",
    "last_run_id": "d4e5f6a7",
    "recovery_run_id": "a1b2c3d4",
    "error": "Step 2 failed: button not found",
    "last_error": "Step 2 failed: button not found",
    "fingerprint": "2-0f3a9c1d2b4e",
    "alert_sent": True,
}

EXAMPLES: dict[str, Any] = reliability.EXAMPLES | {
    "get_test_results": {
        "test_id": "abc12345",
        "results": [_RUN],
        "total": 47,
        "limit": 20,
        "offset": 0,
        "next_cursor": "BMX9MUHaZCV2AAAAAAAAAapZ3RUi8gk3",
        "previous_cursor": None,
    },
    "get_test_run": _RUN
    | {
        "neighbours": {
            "previous": {
                "run_id": "b1b2c3d4",
                "passed": True,
                "timestamp": "2026-02-14T09:45:00Z",
                "duration_ms": 11200,
            },
            "next": None,
            "last_passed": None,
        }
    },
    "compare_test_runs": {
        "test_id": "abc12345",
        "run": {
            "run_id": "a1b2c3d4",
            "passed": False,
            "duration_ms": 12340,
            "error": "Step 2 failed: button not found",
            "started_at": "2026-02-14T10:00:00Z",
        },
        "other": {
            "run_id": "b1b2c3d4",
            "passed": True,
            "duration_ms": 11200,
            "error": None,
            "started_at": "2026-02-14T09:45:00Z",
        },
        "duration_change_ms": 1140,
        "error_changed": True,
        "steps": [
            {
                "step_number": 2,
                "passed": False,
                "other_passed": True,
                "change": "broken",
            }
        ],
    },
    "get_test_timing": {
        "test_id": "abc12345",
        "timing": [
            {
                "timestamp": "2026-02-14T10:00:00Z",
                "duration_ms": 12340,
                "run_id": "a1b2c3d4",
            },
            {
                "timestamp": "2026-02-14T09:45:00Z",
                "duration_ms": 11200,
                "run_id": None,
            },
        ],
        "total": 47,
        "limit": 50,
        "offset": 0,
    },
    "get_test_timing_stats": {
        "from": "2026-02-14T08:00:00Z",
        "test_id": "abc12345",
        "to": "2026-02-14T09:30:00Z",
        "outcome": "passed",
        "count": 2,
        "min": 11200,
        "max": 12340,
        "mean": 11770.0,
        "percentiles": {"p50": 11200, "p95": 12340},
        "interval_s": 3600,
        "tz": "UTC",
        "buckets": [
            {
                "start": "2026-02-14T08:00:00Z",
                "end": "2026-02-14T09:00:00Z",
                "unfinished": False,
                "count": 2,
                "min": 11200,
                "max": 12340,
                "mean": 11770.0,
                "percentiles": {"p50": 11200, "p95": 12340},
            },
            {
                "start": "2026-02-14T09:00:00Z",
                "end": "2026-02-14T10:00:00Z",
                "unfinished": True,
                "count": 0,
                "min": None,
                "max": None,
                "mean": None,
                "percentiles": {"p50": None, "p95": None},
            },
        ],
    },
    "get_test_steps": {
        "from": "2026-01-15T10:00:00Z",
        "test_id": "abc12345",
        "to": "2026-02-14T10:00:00Z",
        "runs": 2880,
        "failed_runs": 3,
        "steps": [
            {
                "step_number": 2,
                "description": "Press the login button",
                "runs": 2880,
                "passed_runs": 2878,
                "pass_pct": 99.93,
                "first_failures": 2,
                "first_failure_pct": 66.666,
                "flaky_failures": 1,
                "flake_pct": 50.0,
                "mean_retries": 0.012,
            }
        ],
    },
    "get_test_uptime": {
        "test_id": "abc12345",
        "uptime_pct": 95.8,
        "total_runs": 24,
        "passed_runs": 23,
        "failed_runs": 1,
        "window_hours": 24,
    },
    "get_test_incidents": {
        "test_id": "abc12345",
        "incidents": [
            {
                "run_id": "a1b2c3d4",
                "test_id": "abc12345",
                "error": "Step 2 failed: button not found",
                "details": "2 of 3 steps passed.",
                "started_at": "2026-02-14T10:00:00Z",
                "alert_sent": True,
            }
        ],
        "total": 3,
        "limit": 10,
        "offset": 0,
    },
    "get_test_outages": {
        "test_id": "abc12345",
        "outages": [_OUTAGE],
        "total": 1,
        "limit": 20,
        "offset": 0,
    },
    "list_outages": {"outages": [_OUTAGE], "total": 1, "limit": 20, "offset": 0},
    "list_outage_groups": {
        "groups": [
            {
                "fingerprint": "2-0f3a9c1d2b4e",
                "error": "Step 2 failed: button not found",
                "first_seen": "2026-02-14T09:15:00Z",
                "last_seen": "2026-02-14T09:45:00Z",
                "outages": 1,
                "failed_runs": 3,
                "tests": ["abc12345"],
                "still_happening": False,
            }
        ],
        "total": 1,
        "limit": 20,
        "offset": 0,
    },
    "get_dashboard": {
        "total_tests": 5,
        "active_tests": 4,
        "paused_tests": 1,
        "error_tests": 0,
        "passing": 3,
        "failing": 1,
        "pending": 1,
        "overdue": 0,
        "running": 1,
        "last_run_at_global": "2026-02-14T10:00:00Z",
        "next_run_approx_minutes": 12,
        "recent_runs": [
            {
                "test_id": "abc12345",
                "test_name": "Login Flow",
                "test_url": "https://myapp.com/login",
                "last_result": "passed",
                "last_run_at": "2026-02-14T10:00:00Z",
                "steps_passed": 3,
                "steps_total": 3,
                "duration_ms": 12340,
                "triggered_by": "qstash",
            }
        ],
    },
    "stream_test_events": {
        "type": "step_complete",
        "message": "Step 1 passed",
        "step_number": "1",
        "passed": "true",
        "timestamp": "2026-02-14T10:00:05Z",
        "test_id": "abc12345",
    },
    "stream_all_events": {
        "type": "step_complete",
        "message": "Step 1 passed",
        "step_number": "1",
        "passed": "true",
        "timestamp": "2026-02-14T10:00:05Z",
        "test_id": "abc12345",
    },
    "create_live_token": {
        "token": "key:frontend:5feceb66ffc86f38:1vvKXC:lhXyNfoYx0oK9GmzFDyNJ3i0tD4",
        "expires_at": "2026-02-14T10:05:00Z",
    },
    "list_tests": {"tests": [_TEST], "total": 5},
    "get_test": _TEST,
    "get_test_badge": BADGE,
    "get_health": {"status": "ok"},
    "get_readiness": {"status": "ok"},
}
