"""`/api/tests/{test_id}/results` and `/results/{run_id}`."""

import json

import pytest

from tests.factories import (
    MINUTE,
    NOW_SCORE,
    TEST_ID,
    make_run,
    make_variables,
    store_run,
    store_runs,
    store_test,
)

URL = f"/api/tests/{TEST_ID}/results"
PLAN_KEYS = [
    "run_id",
    "passed",
    "duration_ms",
    "steps_passed",
    "steps_total",
    "details",
    "step_results",
    "error",
    "triggered_by",
    "started_at",
    "completed_at",
]


def get(api, **params):
    response = api.get(URL, params)
    assert response.status_code == 200, response.content
    return response.json()


def test_the_envelope_is_the_plans(api, redis_client):
    store_run(redis_client, TEST_ID, make_run())
    body = get(api)
    plans = ["test_id", "results", "total", "limit", "offset"]
    assert list(body) == [*plans, "next_cursor", "previous_cursor"]
    assert body["test_id"] == TEST_ID
    assert (body["total"], body["limit"], body["offset"]) == (1, 20, 0)
    assert set(PLAN_KEYS) <= set(body["results"][0])


def test_runs_come_newest_first_and_pages_follow_one_another(api, redis_client):
    store_test(redis_client)
    runs = [(make_run(f"run{n:02}"), NOW_SCORE + n * MINUTE) for n in range(47)]
    store_runs(redis_client, TEST_ID, runs)
    pages = [get(api, limit=20, offset=offset) for offset in (0, 20, 40)]
    ids = [run["run_id"] for page in pages for run in page["results"]]
    assert ids == [f"run{n:02}" for n in reversed(range(47))]
    assert {page["total"] for page in pages} == {47}


def test_an_offset_beyond_the_end_is_an_empty_page(api, redis_client):
    store_run(redis_client, TEST_ID, make_run())
    body = get(api, offset=10_000_000)
    assert (body["results"], body["total"], body["offset"]) == ([], 1, 10_000_000)


def test_a_missing_field_is_null_and_a_further_one_is_kept(api, redis_client):
    store_test(redis_client)
    old = {"run_id": "old", "passed": True, "plan": {"steps": [1]}}
    store_runs(redis_client, TEST_ID, [(old, NOW_SCORE)])
    run = get(api)["results"][0]
    assert run["plan"] == {"steps": [1]}
    assert run["step_results"] == []
    assert run["duration_ms"] is None and run["completed_at"] is None


def test_a_corrupt_member_costs_itself_alone(api, redis_client):
    store_test(redis_client)
    members = [(b'{"run_id": "cut', NOW_SCORE + 1), (make_run("fine"), NOW_SCORE)]
    store_runs(redis_client, TEST_ID, members)
    body = get(api)
    assert [run["run_id"] for run in body["results"]] == ["fine"]
    assert (body["total"], body["skipped"]) == (2, 1)


def test_a_known_test_without_runs_is_an_empty_page(api, redis_client):
    store_test(redis_client)
    assert get(api)["results"] == []


def test_results_of_a_deleted_test_are_served_without_further_fields(api, redis_client):
    store_runs(redis_client, TEST_ID, [(make_run(plan="the password"), NOW_SCORE)])
    run = get(api)["results"][0]
    assert run["redacted"] is True
    assert "plan" not in run and run["details"] == "All steps passed."


def test_hidden_values_leave_as_stars(api, redis_client):
    store_test(redis_client, variables=make_variables(password="s3cret/ä"))
    plan = {"goal": "type s3cret/ä", "raw": json.dumps({"q": "s3cret/ä"})}
    run = make_run(plan=plan, details="https://h/?p=s3cret%2F%C3%A4")
    store_run(redis_client, TEST_ID, run)
    body = get(api)["results"][0]
    assert body["plan"] == {"goal": "type ***", "raw": '{"q": "***"}'}
    assert body["details"] == "https://h/?p=***"


def test_large_records_are_summaries_in_lists_and_whole_by_id(api, redis_client):
    store_test(redis_client)
    large = make_run("large", screenshots="x" * 300_000, details="d" * 900)
    store_run(redis_client, TEST_ID, large)
    item = get(api)["results"][0]
    assert item["truncated"] is True and item["size_bytes"] > 300_000
    assert len(item["details"]) == 500 and item["step_results"] == []
    assert "screenshots" not in item
    whole = api.get(f"{URL}/large").json()
    assert len(whole["screenshots"]) == 300_000 and "truncated" not in whole


def test_one_run_is_found_by_its_id(api, redis_client):
    runs = [(make_run(f"run{n}"), NOW_SCORE + n) for n in range(30)]
    store_test(redis_client)
    store_runs(redis_client, TEST_ID, runs)
    assert api.get(f"{URL}/run3").json() == runs[3][0]


@pytest.mark.parametrize("run_id", ["nope", "a" * 64, "12e45678"])
def test_an_unknown_run_is_404(api, redis_client, run_id):
    store_run(redis_client, TEST_ID, make_run())
    response = api.get(f"{URL}/{run_id}")
    assert response.status_code == 404
    assert response.json()["errors"][0]["code"] == "not_found"


def test_the_page_knows_a_wrong_type_as_502(api, redis_client):
    redis_client.set(f"results:{TEST_ID}", "text")
    response = api.get(URL)
    assert response.status_code == 502
    assert response.json()["errors"][0]["code"] == "unreadable_key"
    assert api.get(f"{URL}/{'a' * 8}").status_code == 502
    assert api.get(f"/api/tests/{TEST_ID}/incidents").status_code == 200
