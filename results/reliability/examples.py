"""Examples of the endpoints of reliability, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

_WINDOW = {
    "window": "24h",
    "from": "2026-02-13T10:00:00Z",
    "to": "2026-02-14T10:00:00Z",
    "data_from": None,
    "run_pct": 95.833,
    "time_pct": 95.744,
    "coverage": 0.979,
    "passed_runs": 92,
    "failed_runs": 4,
    "total_runs": 96,
    "up_s": 81000.0,
    "down_s": 3600.0,
    "unknown_s": 1800.0,
    "outages": 2,
    "longest_outage_s": 2700.0,
    "mttr_s": 1800.0,
    "mtbf_s": 40500.0,
}
_AVAILABILITY = {
    "test_id": "abc12345",
    "expected_interval_s": 900.0,
    "windows": [_WINDOW],
}

_ROW = {
    "test_id": "abc12345",
    "name": "Login Flow",
    "url": "https://myapp.com/login",
    "status": "active",
    "last_result": "passed",
    "state": "up",
    "running": False,
    "overdue": False,
    "schedule": "*/15 * * * *",
    "expected_interval_s": 900.0,
    "next_run_at": "2026-02-14T10:15:00Z",
    "last_run": {"run_id": "a1b2c3d4", "at": "2026-02-14T10:00:00Z", "passed": True},
    "last_pass": {"run_id": "a1b2c3d4", "at": "2026-02-14T10:00:00Z", "passed": True},
    "open_outage": None,
    "windows": [
        {
            "window": "24h",
            "run_pct": 95.833,
            "time_pct": 95.744,
            "coverage": 0.979,
            "passed_runs": 92,
            "failed_runs": 4,
            "total_runs": 96,
            "down_s": 3600.0,
        }
    ],
    "p95_ms": 14200,
    "strip": [{"at": "2026-02-14T10:00:00Z", "state": "passed", "run_id": "a1b2c3d4"}],
}

EXAMPLES: dict[str, Any] = {
    "get_summary": {
        "counts": {
            "total_tests": 5,
            "active_tests": 4,
            "paused_tests": 1,
            "error_tests": 0,
            "passing": 3,
            "failing": 1,
            "pending": 1,
            "overdue": 0,
            "running": 1,
        },
        "tests": [_ROW],
        "total": 5,
        "limit": 50,
        "offset": 0,
    },
    "get_test_availability": _AVAILABILITY,
    "get_availability": {"tests": [_AVAILABILITY]},
    "get_test_availability_slots": {
        "test_id": "abc12345",
        "bucket": "day",
        "tz": "Europe/Berlin",
        "slots": [
            {
                "start": "2026-02-12T23:00:00Z",
                "end": "2026-02-13T23:00:00Z",
                "state": "partial",
                "runs": 96,
                "failures": 4,
                "downtime_s": 3600.0,
                "run_pct": 95.833,
            }
        ],
    },
}
