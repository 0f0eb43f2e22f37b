"""`/api/tests/{test_id}/uptime`."""

import time

import pytest

from results.connection import index_use
from tests.factories import HOUR, TEST_ID, make_run, store_runs, store_test

URL = f"/api/tests/{TEST_ID}/uptime"


def get(api, **params):
    response = api.get(URL, params)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.fixture
def now():
    return time.time()


def test_23_of_24_is_95_8(api, redis_client, now):
    runs = [(make_run(f"r{n}", passed=n != 5), now - n * 60) for n in range(24)]
    store_runs(redis_client, TEST_ID, runs)
    assert get(api) == {
        "test_id": TEST_ID,
        "uptime_pct": 95.8,
        "total_runs": 24,
        "passed_runs": 23,
        "failed_runs": 1,
        "window_hours": 24,
    }


def test_no_runs_is_100(api, redis_client):
    store_test(redis_client)
    body = get(api, hours=720)
    assert (body["uptime_pct"], body["total_runs"]) == (100.0, 0)
    assert body["window_hours"] == 720


def test_a_narrower_window_counts_less(api, redis_client, now):
    runs = [(make_run(f"r{n}"), now - n * HOUR - 60) for n in range(30)]
    store_runs(redis_client, TEST_ID, runs)
    assert get(api, hours=1)["total_runs"] == 1
    assert get(api, hours=24)["total_runs"] == 24
    assert get(api, hours=720)["total_runs"] == 30


def test_what_is_left_out_is_reported(api, redis_client, now):
    members = [
        (make_run("dup", passed=False), now - 120),
        (make_run("dup", passed=True), now - 60),
        (make_run("soon"), now + 200),
        (make_run("future"), now + 4000),
        (b"not json", now - 30),
    ]
    store_runs(redis_client, TEST_ID, members)
    body = get(api)
    assert (body["total_runs"], body["passed_runs"]) == (2, 2)
    assert (body["skipped"], body["future_runs"]) == (1, 1)


def test_an_index_that_takes_longer_is_a_503_that_says_when(
    api, redis_client, now, monkeypatch
):
    store_runs(redis_client, TEST_ID, [(make_run(), now)])
    monkeypatch.setattr(index_use(), "build_seconds", 0.0)
    response = api.get(URL)
    assert response.status_code == 503
    assert response.json()["errors"][0]["code"] == "index_building"
    assert 1 <= int(response["Retry-After"]) <= 3


def test_without_an_index_the_records_answer(api, redis_client, now, monkeypatch):
    store_runs(redis_client, TEST_ID, [(make_run(), now)])
    monkeypatch.setattr(index_use(), "mode", "off")
    assert get(api)["total_runs"] == 1
    assert not redis_client.keys("monitor:*")
