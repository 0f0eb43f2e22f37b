"""Runs beside a run as the dictionaries that go out."""

from __future__ import annotations

from typing import Any

from results.analysis.comparing import Comparison
from results.analysis.neighbours import Neighbour, Neighbours
from results.codec.times import to_text

COMPARED = ("run_id", "passed", "duration_ms", "error", "started_at")


def neighbours(found: Neighbours) -> dict[str, Any]:
    return {name: one and _neighbour(one) for name, one in found._asdict().items()}


def comparison(found: Comparison) -> dict[str, Any]:
    steps = found.steps
    return {
        "test_id": found.test_id,
        "run": {name: found.run[name] for name in COMPARED},
        "other": {name: found.other[name] for name in COMPARED},
        "duration_change_ms": found.duration_change_ms,
        "error_changed": found.error_changed,
        "steps": None if steps is None else [change._asdict() for change in steps],
    }


def _neighbour(one: Neighbour) -> dict[str, Any]:
    return {
        "run_id": one.run_id,
        "passed": one.passed,
        "timestamp": to_text(one.timestamp),
        "duration_ms": one.duration_ms,
    }
