"""The run that a report is: its test cases as steps."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from results.codec import times
from results.reports.report import Case, Report

TRIGGER = "import"
# A message is often a whole page of a diff; the beginning says what failed.
LONGEST_MESSAGE = 2000
LONGEST_NAME = 500


def run_id(content: bytes) -> str:
    """16 hex digits, the same for the same file: importing it again is no new run."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def run_record(
    report: Report, *, run_id: str, test_id: str, started_at: datetime
) -> dict[str, Any]:
    """The record as the contract has it. A skipped case is a step that neither passed
    nor failed, and is left out of both counts."""
    counted = [case for case in report.cases if case.passed is not None]
    passed = sum(case.passed is True for case in counted)
    error = _error(report)
    skipped = len(report.cases) - len(counted)
    duration_ms = round(report.duration_ms)
    return {
        "run_id": run_id,
        "test_id": test_id,
        "passed": error is None,
        "duration_ms": duration_ms,
        "steps_passed": passed,
        "steps_total": len(counted),
        "details": f"{passed} of {len(counted)} test cases passed, {skipped} skipped.",
        "step_results": [_step(n, case) for n, case in enumerate(report.cases, 1)],
        "error": error,
        "triggered_by": TRIGGER,
        "started_at": times.to_text(started_at),
        "completed_at": times.to_text(started_at + timedelta(milliseconds=duration_ms)),
        "report": report.kind,
        "plan": {
            "steps": [_planned(n, case) for n, case in enumerate(report.cases, 1)]
        },
    }


def _error(report: Report) -> str | None:
    for number, case in enumerate(report.cases, 1):
        if case.passed is False:
            return f"Step {number} failed: {_details(case)}"
    return report.error and report.error[:LONGEST_MESSAGE]


def _step(number: int, case: Case) -> dict[str, Any]:
    return {
        "step_number": number,
        "passed": case.passed,
        "details": _details(case),
        "retry_count": case.retries,
        "duration_ms": round(case.duration_ms),
    }


def _planned(number: int, case: Case) -> dict[str, Any]:
    return {"step_number": number, "description": case.name[:LONGEST_NAME]}


def _details(case: Case) -> str:
    word = {True: "passed", False: "failed", None: "skipped"}[case.passed]
    said = word if case.passed or not case.message else case.message[:LONGEST_MESSAGE]
    return f"{case.name[:LONGEST_NAME]}: {said}"
