"""What records declare: each field's name and which values of it are served."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Rule = Callable[[Any], bool]


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_duration(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


RUN_FIELDS: Mapping[str, Rule] = {
    "run_id": is_text,
    "test_id": is_text,
    "passed": is_boolean,
    "duration_ms": is_duration,
    "steps_passed": is_count,
    "steps_total": is_count,
    "details": is_text,
    "error": is_text,
    "triggered_by": is_text,
    "started_at": is_text,
    "completed_at": is_text,
}
STEP_FIELDS: Mapping[str, Rule] = {
    "step_number": is_count,
    "passed": is_boolean,
    "details": is_text,
    "retry_count": is_count,
}
INCIDENT_FIELDS: Mapping[str, Rule] = {
    "run_id": is_text,
    "test_id": is_text,
    "error": is_text,
    "details": is_text,
    "started_at": is_text,
    "alert_sent": is_boolean,
}
STEPS = "step_results"
# What we say about a record; stored fields of these names would say it falsely.
OURS = frozenset({"truncated", "size_bytes", "redacted"})


def _is_whole(stored: Mapping[str, Any], rules: Mapping[str, Rule]) -> bool:
    """Whether every declared field is there as it would be served."""
    if not OURS.isdisjoint(stored):
        return False
    for name, is_right in rules.items():
        if name not in stored:
            return False
        value = stored[name]
        if value is not None and not is_right(value):
            return False
    return True


def is_run_as_served(stored: Mapping[str, Any]) -> bool:
    """Whether nothing would be filled in or taken away."""
    steps = stored.get(STEPS)
    return (
        _is_whole(stored, RUN_FIELDS)
        and isinstance(steps, list)
        and all(isinstance(s, dict) and _is_whole(s, STEP_FIELDS) for s in steps)
    )


def is_incident_as_served(stored: Mapping[str, Any]) -> bool:
    """Whether nothing would be filled in or taken away."""
    return _is_whole(stored, INCIDENT_FIELDS)
