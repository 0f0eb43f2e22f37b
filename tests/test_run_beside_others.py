"""Neighbours of a run, and two runs beside each other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.analysis.comparing import compare
from results.domain import UnknownRun
from results.repository import ResultRepository
from results.run_index.use import IndexUse
from tests.factories import (
    HOUR,
    NOW_SCORE,
    TEST_ID,
    iso,
    make_run,
    make_step,
    make_variables,
    store_runs,
    store_test,
    to_member,
)
from tests.history_model import newest_copies
from tests.page_reading import read_page

URL = f"/api/tests/{TEST_ID}/results"
KEY = f"results:{TEST_ID}"

scores = st.sampled_from([NOW_SCORE - HOUR * n for n in (0, 1, 1, 2)] + [-1.0])
members = st.builds(
    lambda number, passed, copy: to_member(
        {"run_id": f"r{number}", "passed": passed, "copy": copy, "duration_ms": 5}
    ),
    st.integers(0, 9),
    st.booleans(),
    st.integers(0, 1),
)
histories = st.dictionaries(members | st.just(b"bad"), scores, max_size=20)


@pytest.fixture(scope="module", params=["auto", "off"])
def stage(request, server_client):
    def fill(history):
        server_client.flushdb()
        store_test(server_client)
        if history:
            server_client.zadd(KEY, dict(history))
        return ResultRepository(server_client, index=IndexUse(request.param))

    return fill


@settings(max_examples=100)
@given(histories, st.integers(0, 9))
def test_neighbours_are_those_of_the_whole_history(stage, history, number):
    repository, run_id = stage(history), f"r{number}"
    rows = sorted(
        (one.score, one.record["run_id"], one.record["passed"])
        for one in newest_copies(history)
    )
    ids = [row[1] for row in rows]
    if run_id not in ids:
        with pytest.raises(UnknownRun):
            repository.neighbours(TEST_ID, run_id)
        return
    place = ids.index(run_id)
    before, after = ids[:place], ids[place + 1 :]
    passed = [row[1] for row in rows[:place] if row[2]]
    found = repository.neighbours(TEST_ID, run_id)
    expected = [(before or [None])[-1], (after or [None])[0], (passed or [None])[-1]]
    assert [one and one.run_id for one in found] == expected
    assert all(one.duration_ms == 5 for one in found if one)


@pytest.fixture
def stored(redis_client):
    store_test(redis_client, variables=make_variables(password="hunter2"))
    steps = [make_step(1), make_step(2, passed=False), make_step(4, passed=None)]
    steps.append(make_step(7))
    failed = make_run("failed", False, duration_ms=900, step_results=steps)
    failed["error"] = "Step 2 failed: typed hunter2 17 times"
    fine = [make_step(1), make_step(2), make_step(3), make_step(4), make_step(7)]
    good = make_run("good", duration_ms=1000.5, step_results=fine)
    huge = make_run("huge", raw="x" * 17_000_000)
    runs = [(good, NOW_SCORE - 60), (failed, NOW_SCORE), (huge, NOW_SCORE - 120)]
    store_runs(redis_client, TEST_ID, runs)


def test_a_run_is_shown_with_its_neighbours_when_asked(api, redis_client, stored):
    plain = api.get(f"{URL}/failed").json()
    assert "neighbours" not in plain
    assert plain == api.get(f"{URL}/failed?neighbours=false").json()
    body = api.get(f"{URL}/failed?neighbours=true").json()
    good = {
        "run_id": "good",
        "passed": True,
        "timestamp": iso(NOW_SCORE - 60),
        "duration_ms": 1000.5,
    }
    beside = {"previous": good, "next": None, "last_passed": good}
    assert body == plain | {"neighbours": beside}
    assert api.get(f"{URL}/nobody?neighbours=true").status_code == 404
    refused = api.get(f"{URL}/failed?neighbours=yes")
    assert refused.json()["errors"][0]["attr"] == "neighbours"


def test_what_changed_is_told_by_step(api, redis_client, stored):
    body = api.get(f"{URL}/failed/compare/good").json()
    assert body["run"]["error"] == "Step 2 failed: typed *** 17 times"
    assert (body["run"]["run_id"], body["other"]["run_id"]) == ("failed", "good")
    assert body["duration_change_ms"] == -100.5 and body["error_changed"] is True
    assert {s["step_number"]: s["change"] for s in body["steps"]} == {
        1: "same",
        2: "broken",
        3: "not_reached",
        4: "unknown",
        7: "same",
    }
    back = api.get(f"{URL}/good/compare/failed").json()
    assert [s["change"] for s in back["steps"]][1:3] == ["fixed", "not_reached"]
    same = api.get(f"{URL}/good/compare/good").json()
    assert (same["duration_change_ms"], same["error_changed"]) == (0, False)


@pytest.mark.parametrize(
    "passed, total, there, back",
    [
        (False, 3, "not_reached", "not_reached"),
        (False, 2, "removed", "added"),
        (False, None, "removed", "added"),
        (True, 3, "removed", "added"),
    ],
)
def test_a_step_that_a_failed_run_counts_was_not_reached(passed, total, there, back):
    short = make_run(
        passed=passed, steps_total=total, step_results=[make_step(1), make_step(2)]
    )
    whole = make_run(step_results=[make_step(n) for n in (1, 2, 3)])
    assert compare(TEST_ID, short, whole).steps[2].change == there
    assert compare(TEST_ID, whole, short).steps[2].change == back


def test_a_run_too_large_has_no_steps_to_compare(api, redis_client, stored):
    body = api.get(f"{URL}/failed/compare/huge").json()
    assert body["steps"] is None and body["duration_change_ms"] == -11_440


def test_an_unknown_run_beside_a_known_one_is_404(api, redis_client, stored):
    assert api.get(f"{URL}/failed/compare/nobody").status_code == 404
    assert api.get(f"{URL}/nobody/compare/failed").status_code == 404


@pytest.mark.parametrize(
    "error, other, changed",
    [
        (None, None, False),
        ("Step 2 failed", None, True),
        (None, "Step 2 failed", True),
        ("took 17 s", "took 18 s", False),
        ("took 17 s", "gave up", True),
    ],
)
def test_an_error_changed_when_its_cause_did(error, other, changed):
    runs = [make_run(error=text, duration_ms=None) for text in (error, other)]
    found = compare(TEST_ID, *runs)
    assert found.error_changed is changed and found.duration_change_ms is None


def test_a_page_shows_the_steps_of_both_runs(api, redis_client, stored):
    page = read_page(api, f"{URL}/failed/compare/good")
    assert "The other" in page.text and "broken" in page.text
    assert "Comparison" in read_page(api, f"{URL}/failed/compare/huge").text
