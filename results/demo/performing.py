"""Performing a check: its steps one by one, measured, and told as they happen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime

import httpx

from results.demo.catalogue import DemoTest
from results.demo.checks import CheckFailed
from results.demo.run_record import RunRecord, StepOutcome, run_record
from results.demo.telling import (
    Tell,
    tell_eval_start,
    tell_plan,
    tell_step_complete,
    tell_step_start,
)

TRIES = 2
TRIGGER = "feeder"
# What reading an answer of an unexpected shape ends in.
ODD_ANSWER = (LookupError, TypeError, ValueError, AttributeError)

Clock = Callable[[], datetime]


def perform(
    test: DemoTest, run_id: str, browser: httpx.Client, tell: Tell, clock: Clock
) -> RunRecord:
    """The record of a run that happens now; its verdict is not told yet."""
    started_at = clock()
    tell_plan(test, str(browser.base_url.join(test.path)), tell)
    steps = list(_performed(test, browser, tell))
    tell_eval_start(tell)
    return run_record(
        run_id=run_id,
        test_id=test.id,
        started_at=started_at,
        steps=steps,
        descriptions=test.check.descriptions(),
        triggered_by=TRIGGER,
    )


def _performed(
    test: DemoTest, browser: httpx.Client, tell: Tell
) -> Iterator[StepOutcome]:
    """Outcomes up to the first failure: what follows could not be reached."""
    check = test.check(browser, test.values)
    for number, step in enumerate(check.steps(), 1):
        tell_step_start(test, number, tell)
        outcome = _perform_step(number, lambda: step.act(check))
        tell_step_complete(outcome, tell)
        yield outcome
        if not outcome.passed:
            return


def _perform_step(number: int, act: Callable[[], str]) -> StepOutcome:
    since = time.perf_counter()
    for retry_count in range(TRIES):
        passed, details = _attempt(act)
        if passed:
            break
    took_ms = (time.perf_counter() - since) * 1000
    return StepOutcome(number, passed, details, retry_count, took_ms)


def _attempt(act: Callable[[], str]) -> tuple[bool, str]:
    """Whether the step passed, and what it saw."""
    try:
        return True, act()
    except CheckFailed as failure:
        return False, str(failure)
    except httpx.TransportError as failure:
        return False, f"no answer ({type(failure).__name__})"
    except ODD_ANSWER as failure:
        return False, f"an answer of an unexpected shape ({failure!r})"
