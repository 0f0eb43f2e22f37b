"""`/api/summary`: every test at a glance, in two trips."""

import time
from datetime import datetime, timedelta, timezone

import pytest

from results.connection import index_use
from results.repository import ResultRepository
from tests.factories import (
    MINUTE,
    TEST_ID,
    iso,
    make_run,
    make_variables,
    store_run,
    store_runs,
    store_test,
    store_timing,
)

URL = "/api/summary"


def get(api, url=URL, **params):
    response = api.get(url, params)
    assert response.status_code == 200, response.content
    return response.json()


def rows(api, **params):
    return {row["test_id"]: row for row in get(api, **params)["tests"]}


def ids(api, **params):
    return [row["test_id"] for row in get(api, **params)["tests"]]


@pytest.fixture
def now():
    return time.time()


def fill(client, now, test_id=TEST_ID, count=20, failed=(), **fields):
    """A run a quarter of an hour, the newest a minute ago."""
    last = "failed" if 0 in failed else "passed"
    fields = {"last_result": last, "last_run_at": iso(now - 60)} | fields
    store_test(client, test_id, **fields)
    for n in range(count):
        run = make_run(f"r{n}", n not in failed, duration_ms=1000 + n)
        store_run(client, test_id, run, now - 60 - 15 * MINUTE * n)


def test_a_row_tells_all_about_a_test(api, redis_client, now):
    fill(redis_client, now, failed=(0, 1, 5), name="Login")
    (row,) = get(api, windows="1h,24h", strip=3)["tests"]
    newest, older = iso(round(now - 60, 6)), iso(round(now - 60 - 30 * MINUTE, 6))
    assert row["name"] == "Login"
    assert (row["state"], row["running"], row["overdue"]) == ("down", False, False)
    assert row["last_run"] == {"run_id": "r0", "at": newest, "passed": False}
    assert row["last_pass"] == {"run_id": "r2", "at": older, "passed": True}
    assert (row["open_outage"]["id"], row["open_outage"]["failed_runs"]) == ("r1", 2)
    assert row["expected_interval_s"] == 900
    assert [mark["state"] for mark in row["strip"]] == ["passed", "failed", "failed"]
    assert [mark["run_id"] for mark in row["strip"]] == ["r2", "r1", "r0"]
    hour, day = row["windows"]
    assert (hour["window"], hour["total_runs"], hour["failed_runs"]) == ("1h", 4, 2)
    assert (day["total_runs"], day["run_pct"]) == (20, 85.0)
    # Of 17 that passed the slowest is left out by nobody: rank 17 of 17.
    assert row["p95_ms"] == 1019
    until = datetime.fromisoformat(row["next_run_at"]) - datetime.now(timezone.utc)
    assert timedelta(0) <= until + timedelta(seconds=5) < timedelta(minutes=16)


def test_a_summary_agrees_with_availability_slots_and_outages(api, redis_client, now):
    fill(redis_client, now, count=90, failed=(0, 1, 5, 40))
    (row,) = get(api, windows="24h,7d", strip=14, strip_of="day")["tests"]
    body = get(api, f"/api/tests/{TEST_ID}/availability", windows="24h,7d")
    for mine, theirs in zip(row["windows"], body["windows"], strict=True):
        for name in ("run_pct", "coverage", "total_runs", "failed_runs"):
            assert mine[name] == theirs[name]
        assert mine["down_s"] == pytest.approx(theirs["down_s"], abs=5)
    days = get(api, f"/api/tests/{TEST_ID}/availability/slots", count=14)["slots"]
    assert [mark["state"] for mark in row["strip"]] == [day["state"] for day in days]
    assert [mark["at"] for mark in row["strip"]] == [day["start"] for day in days]
    outage = get(api, f"/api/tests/{TEST_ID}/outages", state="open")["outages"][0]
    assert row["open_outage"]["id"] == outage["id"]
    assert row["open_outage"]["started_at"] == outage["started_at"]


@pytest.mark.parametrize("limit", [1, 10, 40])
def test_a_page_of_any_size_takes_two_trips(api, redis_client, now, trips, limit):
    for n in range(40):
        fill(
            redis_client,
            now,
            f"t{n:02}",
            count=4,
            schedule="" if n < 3 else "* * * * *",
        )
    get(api, limit=limit)
    get(api, limit=limit, strip_of="hour", windows="1h,24h,7d,90d")
    trips.clear()
    assert len(get(api, limit=limit)["tests"]) == limit
    assert len(trips) == 2
    trips.clear()
    get(api, limit=limit, strip_of="hour", windows="1h,24h,7d,90d")
    assert len(trips) == 2


def test_failing_tests_come_first_then_those_that_ran_last(api, redis_client, now):
    for n, (test_id, failed) in enumerate(
        [("a", ()), ("b", (0,)), ("c", ()), ("d", (0,))]
    ):
        fill(redis_client, now - n * 10, test_id, 2, failed)
    store_test(redis_client, "never", last_result="", last_run_at="")
    assert ids(api) == ["b", "d", "a", "c", "never"]
    assert ids(api, sort="last_run") == ["a", "b", "c", "d", "never"]
    assert ids(api, sort="id") == ["a", "b", "c", "d", "never"]
    assert ids(api, limit=2, offset=1) == ["d", "a"]
    assert get(api, limit=2, offset=1)["total"] == 5
    assert ids(api, offset=9) == []


def test_names_sort_whatever_their_case(api, redis_client):
    for test_id, name in {"a": "zebra", "b": "Apple", "c": "mango"}.items():
        store_test(redis_client, test_id, name=name)
    assert ids(api, sort="name") == ["b", "c", "a"]


def test_counts_are_over_all_and_rows_are_what_was_asked_for(api, redis_client, now):
    fill(redis_client, now, "good", 2, name="Zebra")
    fill(redis_client, now, "bad", 2, (0,), name="Shop")
    fill(redis_client, now, "idle", 2, status="paused")
    store_test(redis_client, "broken", status="error", last_result="pending")
    body = get(api, q="zebra")
    assert (body["total"], [row["test_id"] for row in body["tests"]]) == (1, ["good"])
    counts = body["counts"]
    assert counts["total_tests"] == 4
    statuses = ("active_tests", "paused_tests", "error_tests")
    assert [counts[name] for name in statuses] == [2, 1, 1]
    assert [counts[name] for name in ("passing", "failing", "pending")] == [2, 1, 1]
    assert ids(api, status="paused") == ["idle"]
    assert ids(api, status="error") == ["broken"]
    assert ids(api, result="failing") == ["bad"]
    assert ids(api, result="pending", status="active") == []
    dashboard = get(api, "/api/dashboard")
    assert {name: dashboard[name] for name in counts} == counts


def test_what_is_hidden_is_neither_shown_nor_found(api, redis_client):
    hidden = make_variables(password="hunter2secret")
    store_test(redis_client, name="Login hunter2secret", variables=hidden)
    (row,) = get(api)["tests"]
    assert row["name"] == "Login ***"
    assert get(api, q="hunter2")["total"] == 0


def test_a_test_without_runs_has_a_row_of_nulls(api, redis_client):
    store_test(redis_client, last_run_at="", last_result="")
    (row,) = get(api)["tests"]
    assert (row["state"], row["last_run"], row["last_pass"]) == ("unknown", None, None)
    assert (row["open_outage"], row["p95_ms"], row["strip"]) == (None, None, [])
    assert {window["run_pct"] for window in row["windows"]} == {None}


@pytest.mark.parametrize("mode", ["auto", "off"])
def test_what_cannot_be_read_costs_only_its_own_row(
    api, redis_client, now, mode, monkeypatch
):
    monkeypatch.setattr(index_use(), "mode", mode)
    fill(redis_client, now, "fine", 3)
    for test_id, key in {"a": "results:a", "b": "timing:b"}.items():
        store_test(redis_client, test_id)
        redis_client.set(key, "text")
    redis_client.sadd("tests:all", "wrong")
    redis_client.set("test:wrong", "text")
    body = get(api)
    found = {row["test_id"]: row for row in body["tests"]}
    assert set(found) == {"fine", "a", "b"}
    assert body["skipped"] == 1
    assert found["fine"]["windows"][0]["total_runs"] == 3
    assert (found["a"]["state"], found["a"]["windows"]) == ("unknown", [])
    assert found["b"]["p95_ms"] is None


@pytest.mark.parametrize("left", ["nothing", "runs", "another type"])
def test_a_test_that_goes_while_it_is_read_is_left_out(
    api, redis_client, monkeypatch, left
):
    store_test(redis_client)
    present = ResultRepository.present

    def then_gone(repository, now):
        found = present(repository, now)
        redis_client.delete(f"test:{TEST_ID}")
        if left == "runs":
            store_runs(redis_client, TEST_ID, [(make_run(), now.timestamp())])
        if left == "another type":
            redis_client.set(f"test:{TEST_ID}", "text")
        return found

    monkeypatch.setattr(ResultRepository, "present", then_gone)
    body = get(api)
    assert (body["tests"], body["total"]) == ([], 1)


def test_a_test_that_was_deleted_costs_no_other_its_row(api, redis_client, now):
    for test_id in (TEST_ID, "kept"):
        fill(redis_client, now, test_id, 3)
    assert get(api)["total"] == 2
    redis_client.delete(f"test:{TEST_ID}", f"results:{TEST_ID}", f"timing:{TEST_ID}")
    assert ids(api) == ["kept"]
    redis_client.hset(f"test:{TEST_ID}", "name", "anew")
    assert {row["test_id"] for row in get(api)["tests"]} == {"kept", TEST_ID}


def test_timing_points_without_a_run_are_those_of_their_time(api, redis_client, now):
    store_test(redis_client)
    for n, passed in enumerate([True, False, True]):
        at = now - 60 * n - 60
        store_runs(redis_client, TEST_ID, [(make_run(f"r{n}", passed), at)])
        store_timing(redis_client, TEST_ID, f"{1000 * (n + 1)}", at)
    (row,) = get(api)["tests"]
    assert row["p95_ms"] == 3000
    redis_client.zrem(f"timing:{TEST_ID}", "3000")
    (row,) = get(api)["tests"]
    assert row["p95_ms"] == 1000


@pytest.mark.parametrize(
    ("params", "attr"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"offset": -1}, "offset"),
        ({"sort": "random"}, "sort"),
        ({"status": "sleeping"}, "status"),
        ({"result": "passed"}, "result"),
        ({"windows": "1y"}, "windows"),
        ({"strip": 51}, "strip"),
        ({"strip_of": "week"}, "strip_of"),
        ({"tz": "Nowhere"}, "tz"),
        ({"q": ""}, "q"),
    ],
)
def test_bad_parameters_are_refused_by_name(api, redis_client, params, attr):
    response = api.get(URL, params)
    assert response.status_code == 400
    assert [error["attr"] for error in response.json()["errors"]] == [attr]


def test_a_browser_gets_a_page(api, redis_client, now):
    fill(redis_client, now, count=2)
    response = api.get(URL, HTTP_ACCEPT="text/html")
    assert response.status_code == 200
    assert b"Last pass" in response.content
