"""What a run says in its test's event stream, while it happens or afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from results.demo.catalogue import DemoTest
from results.demo.run_record import RunRecord, StepOutcome, planned_steps


class Tell(Protocol):
    """Adds an event to the stream of one test; fields are stored as text."""

    def __call__(self, type: str, message: str, **fields: object) -> object: ...


def tell_plan(test: DemoTest, url: str, tell: Tell) -> None:
    """Everything before the first step."""
    tell("plan_start", f"Planning: {test.goal}")
    plan = planned_steps(test.check.descriptions())
    tell("plan_complete", f"{len(plan)} steps planned", steps=plan)
    tell("browser_start", f"Opening {url}")


def tell_step_start(test: DemoTest, step_number: int, tell: Tell) -> None:
    description = test.check.descriptions()[step_number - 1]
    tell("step_start", description, step_number=step_number)


def tell_step_complete(step: StepOutcome, tell: Tell) -> None:
    verdict = "passed" if step.passed else "failed"
    message = f"Step {step.step_number} {verdict}: {step.details}"
    tell("step_complete", message, step_number=step.step_number, passed=step.passed)


def tell_eval_start(tell: Tell) -> None:
    tell("eval_start", "Comparing what was seen with what was expected")


def tell_verdict(record: RunRecord, tell: Tell) -> None:
    """The last event of a run; whoever follows may now ask for its record."""
    verdict = "PASSED" if record["passed"] else "FAILED"
    message = f"{verdict}: {record['details']}"
    tell("eval_complete", message, passed=record["passed"])


def retell(
    test: DemoTest,
    record: RunRecord,
    url: str,
    tell_at: Callable[[datetime], Tell],
) -> None:
    """The events of a run that is over, each at its time."""
    now = datetime.fromisoformat(record["started_at"])
    tell_plan(test, url, tell_at(now))
    for step in steps_of(record):
        tell_step_start(test, step.step_number, tell_at(now))
        now += timedelta(milliseconds=step.duration_ms)
        tell_step_complete(step, tell_at(now))
    tell_eval_start(tell_at(now))
    tell_verdict(record, tell_at(now))


def steps_of(record: RunRecord) -> Sequence[StepOutcome]:
    return [StepOutcome(**step) for step in record["step_results"]]
