"""What a page shows of a run's record: plan and steps, whatever a writer made of them.

Pure. Declared fields are normalised by the codec; `plan` is a writer's own, so that
each part of it is shown where it has the usual shape, and the raw record shows all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from results.codec.declared import is_duration
from results.domain import JsonObject, Run

LONGEST_LINE = 160
PASSED, FAILED, UNKNOWN, NOT_REACHED = "passed", "failed", "unknown", "not reached"


class Step(NamedTuple):
    """A step that was planned, or ran, or both; `outcome` is a word."""

    number: int | None
    outcome: str
    planned: str | None
    details: str | None
    retries: int
    duration_ms: float | None


def outcome_word(passed: bool | None) -> str:
    """`passed`, `failed` or `unknown`."""
    if passed is None:
        return UNKNOWN
    return PASSED if passed else FAILED


def told_in_brief(run: Run) -> str:
    """What a row says of the run: its error, or else its details, on one line."""
    said = run.fields.get("error") or run.fields.get("details") or ""
    line = " ".join(str(said).split())
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"


def steps_of(fields: JsonObject) -> list[Step]:
    """The steps that ran, in their order, and those of the plan that did not."""
    planned = dict(_planned(fields.get("plan")))
    ran = [_step(found, planned) for found in fields.get("step_results") or ()]
    numbers = {step.number for step in ran}
    missed = [
        Step(number, NOT_REACHED, text, None, 0, None)
        for number, text in planned.items()
        if number not in numbers
    ]
    return ran + (missed if ran else [])


def plan_of(fields: JsonObject) -> list[str]:
    """What was planned, step by step; nothing where no plan of a usual shape is."""
    return [text for _, text in _planned(fields.get("plan"))]


def _planned(plan: Any) -> Iterator[tuple[int, str]]:
    """Each planned step: of a list, or of an object that holds one as `steps`."""
    steps = plan.get("steps") if isinstance(plan, Mapping) else plan
    if not isinstance(steps, Sequence) or isinstance(steps, str):
        return
    for place, step in enumerate(steps, 1):
        if isinstance(step, str):
            yield place, step
        elif isinstance(step, Mapping) and isinstance(step.get("description"), str):
            number = step.get("step_number")
            yield number if type(number) is int else place, step["description"]


def _step(found: JsonObject, planned: Mapping[int, str]) -> Step:
    number, took = found.get("step_number"), found.get("duration_ms")
    return Step(
        number=number,
        outcome=outcome_word(found.get("passed")),
        planned=planned.get(number) if number is not None else None,
        details=found.get("details"),
        retries=found.get("retry_count") or 0,
        duration_ms=took if is_duration(took) else None,
    )
