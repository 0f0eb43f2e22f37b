"""Step health: against plain counting, and as it is served."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.analysis.ranges import TimeRange
from results.analysis.step_health import newest_plan, step_health
from results.codec.facts import sight
from results.repository import ResultRepository
from results.run_index.use import IndexUse
from tests.factories import (
    HOUR,
    MINUTE,
    NOW,
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

URL = f"/api/tests/{TEST_ID}/steps"
steps = st.lists(
    st.fixed_dictionaries(
        {
            "step_number": st.sampled_from([1, 1, 2, 3, None]),
            "passed": st.sampled_from([True, True, False, None]),
            "retry_count": st.sampled_from([0, 0, 1, 3, None]),
        }
    ),
    max_size=4,
)
plans = st.sampled_from([None, "odd", {}, {"steps": []}]) | st.builds(
    lambda numbers: {
        "steps": [{"step_number": n, "description": f"do {n}"} for n in numbers]
    },
    st.lists(st.integers(1, 5), max_size=3, unique=True),
)
members = st.builds(
    lambda number, passed, done, plan: to_member(
        {"run_id": f"r{number}", "passed": passed, "step_results": done, "plan": plan}
    ),
    st.integers(0, 9),
    st.booleans(),
    steps,
    plans,
)
scores = st.sampled_from(
    [NOW_SCORE - HOUR * n for n in (0, 1, 1, 2, 3, 30)] + [-1.0, NOW_SCORE + 301]
)
histories = st.dictionaries(members | st.just(b"bad"), scores, max_size=14)
ranges = st.sampled_from(
    [
        TimeRange.trailing(timedelta(hours=2), NOW),
        TimeRange.between(NOW - timedelta(hours=3), NOW - timedelta(hours=1), NOW),
        TimeRange.between(None, None, NOW),
    ]
)


@pytest.fixture(scope="module", params=["auto", "off"])
def stage(request, server_client):
    def fill(history):
        server_client.flushdb()
        store_test(server_client)
        if history:
            store_runs(server_client, TEST_ID, list(history.items()))
        return ResultRepository(server_client, index=IndexUse(request.param))

    return fill


def plainly(history, within):
    """Step number to what there is to say of it."""
    ordered = sorted(
        (copy.score, copy.record["run_id"], copy.record)
        for copy in newest_copies(history)
        if 0 <= copy.score <= NOW_SCORE + 300
    )
    start = within.start.timestamp() if within.start else 0
    end = within.runs_end.timestamp()
    inside = [
        place
        for place, (at, _, _) in enumerate(ordered)
        if start <= at < end or (within.is_trailing and at == end)
    ]
    failed = [place for place in inside if not ordered[place][2]["passed"]]
    plan = {}
    for place in inside:
        found = ordered[place][2]["plan"]
        rows = found.get("steps", []) if isinstance(found, dict) else []
        plan = {r["step_number"]: r["description"] for r in rows} or plan
    table = {number: ([], [], [], []) for number in plan}
    for place in inside:
        record = ordered[place][2]
        done = record["step_results"]
        first = next((s["step_number"] for s in done if s["passed"] is False), None)
        for number in {s["step_number"] for s in done} - {None}:
            own = [s for s in done if s["step_number"] == number]
            ends = [s["passed"] for s in own if s["passed"] is not None]
            again = [s["retry_count"] for s in own if s["retry_count"] is not None]
            row = table.setdefault(number, ([], [], [], []))
            if ends:
                row[0].append(ends[-1])
            if again:
                row[1].append(sum(again))
        if place in failed and first is not None:
            after = [r["passed"] for _, _, r in ordered[place + 1 : place + 3]]
            table[first][2].append(place)
            table[first][3].append(any(after))
    return table, plan, len(failed), len(inside)


@settings(max_examples=150)
@given(histories, ranges)
def test_step_health_is_what_counting_by_hand_gives(stage, history, within):
    found = stage(history).range_facts(TEST_ID, within, NOW, 2)
    table, plan, failed, count = plainly(history, within)
    assert len(found.runs) == count
    assert newest_plan(found.runs) == plan
    rows = {row.step_number: row for row in step_health(*found[:2], plan)}
    # Of a step that nobody says the end or the retries of, there is nothing to tell.
    assert {n for n, row in table.items() if any(row) or n in plan} == rows.keys()
    for number, row in rows.items():
        ends, again, failures, flaky = table[number]
        assert (row.runs, row.passed_runs) == (len(ends), ends.count(True))
        assert (row.first_failures, row.flaky_failures) == (len(failures), sum(flaky))
        assert row.description == plan.get(number)
        assert row.mean_retries == (
            round(sum(again) / len(again), 3) if again else None
        )
        for part, whole, shown in (
            (ends.count(True), len(ends), row.pass_pct),
            (len(failures), failed, row.first_failure_pct),
            (sum(flaky), len(failures), row.flake_pct),
        ):
            if not whole:
                assert shown is None
            else:
                assert 0 <= 100 * part / whole - shown < 0.0011


def test_one_failure_of_many_is_never_100_percent():
    done = {"step_results": [make_step(1)], "plan": None}
    good = sight(json.dumps({"run_id": "a", "passed": True} | done).encode()).facts
    bad = {"run_id": "b", "passed": False, "step_results": [make_step(1, passed=False)]}
    runs = [good] * 199_999 + [sight(json.dumps(bad).encode()).facts]
    (row,) = step_health(runs, [], {})
    assert (row.pass_pct, row.first_failure_pct) == (99.999, 100.0)
    assert (row.flake_pct, row.mean_retries) == (0.0, 0.0)


@pytest.fixture
def stored(redis_client):
    """Six runs: the second step fails in two of them, once among passed ones."""
    store_test(redis_client, variables=make_variables(password="hunter2"))
    plan = {"steps": [{"step_number": n, "description": d} for n, d in PLAN.items()]}
    runs = []
    for n in range(6):
        passed = n not in (1, 5)
        done = [make_step(1, retry_count=n % 2), make_step(2, passed=passed)]
        done += [make_step(3)] if passed else []
        run = make_run(
            f"r{n}", passed, step_results=done, plan=plan if n == 4 else None
        )
        runs.append((run, NOW_SCORE - (5 - n) * MINUTE))
    store_runs(redis_client, TEST_ID, runs)


PLAN = {1: "Open the shop", 2: "Type hunter2", 3: "Pay", 4: "Never reached"}
RANGE = {"from": iso(NOW_SCORE - HOUR), "to": iso(NOW_SCORE + 1)}


def get(api, **params):
    response = api.get(URL, params)
    assert response.status_code == 200, response.content
    return response.json()


def test_each_step_is_told_by_its_number(api, redis_client, stored):
    body = get(api, **RANGE)
    assert (body["runs"], body["failed_runs"]) == (6, 2)
    assert (body["from"], body["to"]) == (RANGE["from"], RANGE["to"])
    assert body["data_from"] == iso(NOW_SCORE - 5 * MINUTE)
    first, second, third, fourth = body["steps"]
    assert second == {
        "step_number": 2,
        "description": "Type ***",
        "runs": 6,
        "passed_runs": 4,
        "pass_pct": 66.666,
        "first_failures": 2,
        "first_failure_pct": 100.0,
        "flaky_failures": 1,
        "flake_pct": 50.0,
        "mean_retries": 0.0,
    }
    assert (first["pass_pct"], first["flake_pct"], first["mean_retries"]) == (
        100.0,
        None,
        0.5,
    )
    assert (third["runs"], fourth["runs"], fourth["pass_pct"]) == (4, 0, None)
    assert "redacted" not in body


def test_the_runs_behind_a_range_tell_what_was_flaky(api, redis_client, stored):
    end = iso(NOW_SCORE - 4 * MINUTE + 1)
    second = get(api, **RANGE | {"to": end})["steps"][1]
    assert (second["runs"], second["flake_pct"]) == (2, 100.0)
    assert second["description"] is None


def test_descriptions_are_withheld_where_secrets_are_unknown(api, redis_client, stored):
    redis_client.delete(f"test:{TEST_ID}")
    body = get(api, **RANGE)
    assert body["redacted"] is True
    assert {step["description"] for step in body["steps"]} == {None}


def test_a_test_that_never_ran_has_no_steps(api, redis_client):
    store_test(redis_client)
    body = get(api)
    assert (body["runs"], body["steps"]) == (0, [])
    assert api.get("/api/tests/nobody/steps").status_code == 404
    assert api.get(f"{URL}?window=1").json()["errors"][0]["attr"] == "window"
    redis_client.set(f"results:{TEST_ID}", "text")
    assert api.get(URL).status_code == 502


def test_a_page_shows_a_row_for_each_step(api, redis_client, stored):
    page = read_page(api, f"{URL}?from={RANGE['from']}&to={RANGE['to']}")
    assert "Type ***" in page.text and "66.666 %" in page.text
    page = read_page(api, f"/api/tests/{TEST_ID}/timing/stats?window=1h")
    assert "Least" in page.text
