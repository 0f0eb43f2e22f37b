"""What a run's record says on a page, whatever a writer made of it."""

import pytest

from results.domain import Run
from results.ops import run_parts
from tests.factories import make_run, make_step

PLAN = [
    {"step_number": 1, "description": "Open the page"},
    {"step_number": 2, "description": "Log in"},
    {"step_number": 3, "description": "See the dashboard"},
]


def steps(**fields):
    return run_parts.steps_of(make_run(**fields))


def test_a_step_is_told_with_what_was_planned():
    first, second, third = steps(
        plan={"steps": PLAN},
        step_results=[
            make_step(1, duration_ms=120.5),
            make_step(2, passed=False, retry_count=1, details="no button"),
        ],
    )
    assert first[:4] == (1, "passed", "Open the page", "Step 1: done")
    assert (first.duration_ms, first.retries) == (120.5, 0)
    assert second[:5] == (2, "failed", "Log in", "no button", 1)
    assert third == (3, "not reached", "See the dashboard", None, 0, None)


@pytest.mark.parametrize(
    "plan",
    [PLAN, {"steps": PLAN}, ["Open the page", "Log in", "See the dashboard"]],
)
def test_a_plan_is_read_in_every_usual_shape(plan):
    told = run_parts.plan_of(make_run(plan=plan))
    assert told == ["Open the page", "Log in", "See the dashboard"]


@pytest.mark.parametrize(
    "plan",
    [None, 7, "click here", {}, {"steps": "abc"}, {"steps": {"a": 1}}, [7, None, {}]],
)
def test_any_other_plan_is_none(plan):
    assert run_parts.plan_of(make_run(plan=plan)) == []


def test_a_planned_step_with_an_odd_number_has_that_of_its_place():
    plan = [{"step_number": True, "description": "a"}, {"description": "b"}]
    numbers = [number for number, _ in run_parts._planned(plan)]
    assert numbers == [1, 2]


def test_what_is_missing_is_unknown_and_not_made_up():
    (step,) = steps(step_results=[make_step(None, passed=None, details=None)])
    assert step == (None, "unknown", None, None, 0, None)
    assert steps(step_results=[], plan=PLAN) == []


@pytest.mark.parametrize("took", ["12", -1, True, None])
def test_only_a_number_is_a_duration(took):
    (step,) = steps(step_results=[make_step(1, duration_ms=took)])
    assert step.duration_ms is None


def test_a_row_says_the_error_or_the_details_on_one_line():
    run = Run(make_run(passed=False, error=" a\n\n b ", details="c"))
    assert run_parts.told_in_brief(run) == "a b"
    assert run_parts.told_in_brief(Run(make_run(details="c"))) == "c"
    assert run_parts.told_in_brief(Run(make_run(details=None))) == ""
    long = run_parts.told_in_brief(Run(make_run(details="x" * 1_000)))
    assert len(long) == run_parts.LONGEST_LINE and long.endswith("…")
