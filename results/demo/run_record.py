"""The record of one run, made from what its steps came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

RunRecord = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """How one step ended; `duration_ms` includes its retries."""

    step_number: int
    passed: bool
    details: str
    retry_count: int
    duration_ms: float


def run_record(
    *,
    run_id: str,
    test_id: str,
    started_at: datetime,
    steps: Sequence[StepOutcome],
    descriptions: Sequence[str],
    triggered_by: str,
) -> RunRecord:
    """The record as the contract has it; steps after a failed one were not reached.

    `descriptions` say what each step is to do: they are stored as the run's plan.
    """
    planned = len(descriptions)
    passed = len(steps) == planned and all(step.passed for step in steps)
    error = next((_error(step) for step in steps if not step.passed), None)
    duration_ms = max(1, round(sum(step.duration_ms for step in steps)))
    return {
        "run_id": run_id,
        "test_id": test_id,
        "passed": passed,
        "duration_ms": duration_ms,
        "steps_passed": sum(step.passed for step in steps),
        "steps_total": planned,
        "details": _summary(steps, planned, error),
        "step_results": [_step_result(step) for step in steps],
        "plan": {"steps": planned_steps(descriptions)},
        "error": error,
        "triggered_by": triggered_by,
        "started_at": time_text(started_at),
        "completed_at": time_text(started_at + timedelta(milliseconds=duration_ms)),
    }


def planned_steps(descriptions: Sequence[str]) -> list[dict[str, Any]]:
    """A plan as writers store and tell it."""
    return [
        {"step_number": number, "description": description}
        for number, description in enumerate(descriptions, 1)
    ]


def time_text(time: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`."""
    utc = time.astimezone(timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _error(step: StepOutcome) -> str:
    return f"Step {step.step_number} failed: {step.details}"


def _summary(steps: Sequence[StepOutcome], planned: int, error: str | None) -> str:
    if error is None:
        return "All steps passed."
    return f"{sum(step.passed for step in steps)} of {planned} steps passed. {error}"


def _step_result(step: StepOutcome) -> dict[str, Any]:
    return {
        "step_number": step.step_number,
        "passed": step.passed,
        "details": step.details,
        "retry_count": step.retry_count,
        "duration_ms": max(1, round(step.duration_ms)),
    }
