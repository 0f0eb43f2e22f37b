"""`/api/tests/{test_id}/availability`, its slots, and `/api/availability`."""

import time
from datetime import datetime

import pytest

from tests.factories import HOUR, MINUTE, TEST_ID, make_run, store_runs, store_test

URL = f"/api/tests/{TEST_ID}/availability"
SLOTS = f"{URL}/slots"
SEVERAL = "/api/availability"


def get(api, url=URL, **params):
    response = api.get(url, params)
    assert response.status_code == 200, response.content
    return response.json()


def refused(api, url, **params):
    response = api.get(url, params)
    assert response.status_code == 400, response.content
    return [error["attr"] for error in response.json()["errors"]]


@pytest.fixture
def now():
    return time.time()


def fill(client, now, test_id=TEST_ID):
    """A run a quarter of an hour for a day; of six hours ago four failed."""
    store_test(client, test_id)
    runs = [
        (make_run(f"r{n}", not 24 <= n < 28), now - 15 * MINUTE * n - 60)
        for n in range(96)
    ]
    store_runs(client, test_id, runs)


def test_every_window_has_its_figures(api, redis_client, now):
    fill(redis_client, now)
    body = get(api, windows="1h,24h,7d")
    assert (body["test_id"], body["expected_interval_s"]) == (TEST_ID, 900.0)
    hour, day, week = body["windows"]
    assert [window["window"] for window in body["windows"]] == ["1h", "24h", "7d"]
    assert (hour["run_pct"], hour["time_pct"], hour["coverage"]) == (100.0, 100.0, 1.0)
    assert (day["total_runs"], day["failed_runs"]) == (96, 4)
    assert (day["run_pct"], day["outages"]) == (95.833, 1)
    assert day["down_s"] == day["longest_outage_s"] == day["mttr_s"] == HOUR
    assert 0.98 < day["coverage"] < 1
    assert day["mtbf_s"] == day["up_s"]
    assert week["coverage"] < 0.15
    assert week["data_from"] == day["data_from"]
    assert hour["data_from"] is None
    total = day["up_s"] + day["down_s"] + day["unknown_s"]
    assert total == pytest.approx(24 * HOUR, abs=1e-6)


def test_the_usual_windows_are_four(api, redis_client, now):
    fill(redis_client, now)
    names = [window["window"] for window in get(api)["windows"]]
    assert names == ["24h", "7d", "30d", "90d"]


def test_a_range_is_half_open(api, redis_client, now):
    store_test(redis_client)
    start = int(now) - 10_000
    runs = [(make_run(f"r{n}"), start + n * 100) for n in range(10)]
    store_runs(redis_client, TEST_ID, runs)
    (window,) = get(api, **{"from": start, "to": start + 500})["windows"]
    assert (window["window"], window["total_runs"]) == (None, 5)
    ends = [datetime.fromisoformat(window[name]).timestamp() for name in ("from", "to")]
    assert ends == [start, start + 500]
    assert (window["up_s"], window["data_from"]) == (500.0, None)


def test_a_test_that_never_ran_has_no_figures(api, redis_client):
    store_test(redis_client)
    for window in get(api)["windows"]:
        assert (window["run_pct"], window["time_pct"]) == (None, None)
        assert (window["coverage"], window["total_runs"]) == (0.0, 0)


def test_several_tests_are_told_at_once(api, redis_client, now):
    for test_id in ("b", "a"):
        fill(redis_client, now, test_id)
    body = get(api, SEVERAL, tests="b,a", window="24h")
    assert [test["test_id"] for test in body["tests"]] == ["a", "b"]
    for test in body["tests"]:
        assert test["windows"][0]["failed_runs"] == 4


def test_unknown_tests_are_named(api, redis_client):
    store_test(redis_client)
    response = api.get(SEVERAL, {"tests": f"{TEST_ID},gone,away"})
    assert response.status_code == 404
    (error,) = response.json()["errors"]
    assert "away, gone" in error["detail"]
    assert api.get("/api/tests/gone/availability").status_code == 404
    assert api.get("/api/tests/gone/availability/slots").status_code == 404


@pytest.mark.parametrize(
    ("params", "attr"),
    [
        ({"windows": "1y"}, "windows"),
        ({"windows": "24h,"}, "windows"),
        ({"windows": "999999w"}, "windows"),
        ({"windows": ""}, "windows"),
        ({"windows": ",".join(f"{n}h" for n in range(1, 12))}, "windows"),
        ({"windows": "1h", "window": "2h"}, "windows"),
        ({"windows": "1h", "from": "2026-01-01T00:00:00Z"}, "windows"),
        ({"window": "2h", "from": "2026-01-01T00:00:00Z"}, "window"),
        ({"from": "yesterday"}, "from"),
        ({"from": "1000", "to": "1000"}, "to"),
    ],
)
def test_a_bad_range_is_refused_by_name(api, redis_client, params, attr):
    store_test(redis_client)
    assert refused(api, URL, **params) == [attr]
    assert refused(api, SEVERAL, tests=TEST_ID, **params) == [attr]


@pytest.mark.parametrize(
    "tests", [None, "", "a b", ",".join(f"t{n}" for n in range(51))]
)
def test_bad_ids_are_refused(api, redis_client, tests):
    given = {} if tests is None else {"tests": tests}
    assert refused(api, SEVERAL, **given) == ["tests"]


def test_fifty_tests_are_not_too_many(api, redis_client):
    ids = [f"t{n:02}" for n in range(50)]
    for test_id in ids:
        store_test(redis_client, test_id)
    body = get(api, SEVERAL, tests=",".join(ids), windows="1h")
    assert [test["test_id"] for test in body["tests"]] == ids


def test_slots_add_up_to_the_same_range(api, redis_client, now):
    fill(redis_client, now)
    body = get(api, SLOTS, bucket="hour", count=48, tz="Europe/Berlin")
    assert (body["bucket"], body["tz"]) == ("hour", "Europe/Berlin")
    assert len(body["slots"]) == 48
    (window,) = get(api, **{"from": body["slots"][0]["start"]})["windows"]
    assert sum(slot["runs"] for slot in body["slots"]) == window["total_runs"] == 96
    assert sum(slot["failures"] for slot in body["slots"]) == window["failed_runs"] == 4
    downtime = sum(slot["downtime_s"] for slot in body["slots"])
    assert downtime == pytest.approx(window["down_s"], abs=1e-6)
    states = {slot["state"] for slot in body["slots"]}
    assert {"up", "no_data"} < states


def test_slots_are_days_of_utc_unless_said(api, redis_client, now):
    fill(redis_client, now)
    body = get(api, SLOTS)
    assert (body["bucket"], body["tz"], len(body["slots"])) == ("day", "UTC", 30)
    assert all(slot["start"].endswith("T00:00:00Z") for slot in body["slots"])
    assert body["slots"][-1]["runs"] + body["slots"][-2]["runs"] == 96


@pytest.mark.parametrize(
    ("params", "attr"),
    [
        ({"bucket": "week"}, "bucket"),
        ({"count": 0}, "count"),
        ({"count": 367}, "count"),
        ({"bucket": "hour", "count": 337}, "count"),
        ({"tz": "Mars/Olympus"}, "tz"),
        ({"tz": "+01:00"}, "tz"),
    ],
)
def test_bad_slots_are_refused_by_name(api, redis_client, params, attr):
    store_test(redis_client)
    assert refused(api, SLOTS, **params) == [attr]


@pytest.mark.parametrize("params", [{"count": 366}, {"bucket": "hour", "count": 336}])
def test_as_many_slots_as_allowed(api, redis_client, now, params):
    fill(redis_client, now)
    assert len(get(api, SLOTS, **params)["slots"]) == params["count"]


def test_results_of_another_type_are_a_502(api, redis_client):
    redis_client.set(f"results:{TEST_ID}", "text")
    for url in (URL, SLOTS):
        assert api.get(url).status_code == 502


@pytest.mark.parametrize("url", [URL, SLOTS, f"{SEVERAL}?tests={TEST_ID}"])
def test_a_browser_gets_a_page(api, redis_client, now, url):
    fill(redis_client, now)
    response = api.get(url, HTTP_ACCEPT="text/html")
    assert response.status_code == 200
    assert b"<form" in response.content
