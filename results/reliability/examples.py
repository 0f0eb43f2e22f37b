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

EXAMPLES: dict[str, Any] = {
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
