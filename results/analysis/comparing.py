"""What changed between two runs of a test, from their records as they are served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from results.codec.declared import STEPS
from results.codec.facts import error_fingerprint

Fields = Mapping[str, Any]
Outcomes = tuple[bool | None, bool | None]
# How the steps of a run ended, and the run.
Told = tuple[Mapping[int, bool | None], Fields]
_CHANGES: dict[Outcomes, str] = {
    (True, True): "same",
    (False, False): "same",
    (False, True): "fixed",
    (True, False): "broken",
}


class StepChange(NamedTuple):
    """A step by its number, in the other run and in this one.

    `change` leads from the other run to this one: `same`, `fixed`, `broken`, `added`,
    `removed`, `not_reached` where a run that failed counts a step that it did not come
    to, or `unknown` where a record does not say how a step ended.
    """

    step_number: int
    passed: bool | None
    other_passed: bool | None
    change: str


class Comparison(NamedTuple):
    """A run beside another one; `steps` is None where a record is too large for them.

    `duration_change_ms` is this run's duration less the other's; an error has changed
    when it differs in more than numbers, ids, quoted text and queries.
    """

    test_id: str
    run: Fields
    other: Fields
    duration_change_ms: int | float | None
    error_changed: bool
    steps: tuple[StepChange, ...] | None


def compare(test_id: str, run: Fields, other: Fields) -> Comparison:
    """What changed from `other` to `run`."""
    durations = run["duration_ms"], other["duration_ms"]
    is_cut = run.get("truncated") or other.get("truncated")
    return Comparison(
        test_id=test_id,
        run=run,
        other=other,
        duration_change_ms=None if None in durations else durations[0] - durations[1],
        error_changed=_cause(run["error"]) != _cause(other["error"]),
        steps=None if is_cut else _step_changes(run, other),
    )


def _cause(error: str | None) -> str | None:
    return error_fingerprint(error) if error else None


def _steps(run: Fields) -> dict[int, bool | None]:
    """How each numbered step ended; of one that is told twice, the last time."""
    return {
        step["step_number"]: step["passed"]
        for step in run[STEPS]
        if step["step_number"] is not None
    }


def _step_changes(run: Fields, other: Fields) -> tuple[StepChange, ...]:
    steps, others = _steps(run), _steps(other)
    return tuple(
        StepChange(
            number,
            steps.get(number),
            others.get(number),
            _change((others, other), (steps, run), number),
        )
        for number in sorted(steps.keys() | others.keys())
    )


def _change(before: Told, after: Told, number: int) -> str:
    for (steps, run), change in ((before, "added"), (after, "removed")):
        if number not in steps:
            return "not_reached" if _is_planned(run, number) else change
    return _CHANGES.get((before[0][number], after[0][number]), "unknown")


def _is_planned(run: Fields, number: int) -> bool:
    """Whether the run counts a step of which it does not tell, as it failed before."""
    return not run["passed"] and number <= (run["steps_total"] or 0)
