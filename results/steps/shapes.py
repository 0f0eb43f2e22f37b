"""Step health as the dictionaries that go out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from results.analysis.step_health import StepHealth
from results.codec.times import to_text


class Steps(NamedTuple):
    """All steps of a test over a range; `redacted` where descriptions are withheld."""

    test_id: str
    start: datetime | None
    end: datetime
    runs: int
    failed_runs: int
    steps: list[StepHealth]
    redacted: bool = False
    data_from: datetime | None = None


def steps(found: Steps) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "from": to_text(found.start),
        "test_id": found.test_id,
        "to": to_text(found.end),
        "runs": found.runs,
        "failed_runs": found.failed_runs,
        "steps": [_step(step) for step in found.steps],
    }
    if found.redacted:
        shown["redacted"] = True
    if found.data_from:
        shown["data_from"] = to_text(found.data_from)
    return shown


def _step(step: StepHealth) -> dict[str, Any]:
    return {
        "step_number": step.step_number,
        "description": step.description,
        "runs": step.runs,
        "passed_runs": step.passed_runs,
        "pass_pct": step.pass_pct,
        "first_failures": step.first_failures,
        "first_failure_pct": step.first_failure_pct,
        "flaky_failures": step.flaky_failures,
        "flake_pct": step.flake_pct,
        "mean_retries": step.mean_retries,
    }
