"""Run facts: what is kept of a record, and how its texts leave."""

import json

import pytest

from results.codec import facts
from results.codec.facts import Planned
from results.scrub import Scrubber
from tests.factories import make_run


def facts_of(**fields):
    return facts.sight(json.dumps(make_run(**fields)).encode()).facts


def test_what_is_kept_can_be_read_again():
    plan = {"steps": [{"step_number": 1, "description": "Open the page"}]}
    found = facts_of(passed=False, error="Step 2 failed: no button", plan=plan)
    assert found.error_text == "Step 2 failed: no button"
    assert found.plan == (Planned(1, "Open the page"),)
    assert facts.decode(facts.encode(found)) == found


@pytest.mark.parametrize(
    "plan",
    [
        None,
        "steps",
        [],
        {},
        {"steps": None},
        {"steps": {"step_number": 1, "description": "x"}},
        {"steps": ["x", 1, None]},
        {"steps": [{"step_number": "1", "description": "x"}]},
        {"steps": [{"step_number": -1, "description": "x"}]},
        {"steps": [{"step_number": 1, "description": None}]},
        {"steps": [{"description": "x"}, {"step_number": 1}]},
    ],
)
def test_a_plan_of_another_shape_tells_nothing(plan):
    assert facts_of(plan=plan).plan == ()


def test_of_long_texts_the_beginning_is_kept():
    plan = {"steps": [{"step_number": 1, "description": "d" * 999}]}
    found = facts_of(passed=False, error="e" * 9999, plan=plan)
    assert found.error_text == "e" * facts.LONGEST_ERROR
    assert found.plan[0].description == "d" * facts.LONGEST_DESCRIPTION


def test_errors_are_alike_where_only_what_varies_differs():
    one = (
        "Step 2 failed: \"Buy\" not found at https://shop.example/a?x=1&y=2 in 'cart' "
        "run 0f3c9a1b, 31 s, it's gone"
    )
    two = (
        "Step 3 failed:  \"Pay\" not found at https://shop.example/a?z=77 in 'basket' "
        "run deadbeef, 7 s, it's gone"
    )
    assert facts.error_fingerprint(one) == facts.error_fingerprint(two)
    for other in ("Step 2 failed: timeout", one.replace("gone", "there")):
        assert facts.error_fingerprint(one) != facts.error_fingerprint(other)
    assert facts.error_fingerprint("at https://a.example/x?a=1") != (
        facts.error_fingerprint("at https://a.example/y?a=1")
    )


def test_what_is_shown_of_a_text_is_scrubbed_before_it_is_cut():
    scrubber = Scrubber.hiding(["hunter2"])
    assert facts.shown_text(None, 5, scrubber) is None
    assert facts.shown_text("password hunter2 refused", 12, scrubber) == "password ***"


def test_a_secret_that_was_cut_in_two_when_it_was_noted_does_not_leave():
    """Whole ones before it become shorter, and what was cut would come into sight."""
    secret = "hunter2-" + "s" * 22
    kept = facts_of(passed=False, error=f"a{secret}" * 99).error_text
    assert not kept.endswith(secret)
    shown = facts.shown_text(kept, 500, Scrubber.hiding([secret]))
    assert "hunter2" not in shown
    assert facts.shown_text(kept, 500, Scrubber()) == kept[:500]
