"""A history of a run a minute, and how its pages are asked for."""

from __future__ import annotations

from tests.factories import MINUTE, NOW_SCORE, TEST_ID, make_run, store_runs, store_test

URL = f"/api/tests/{TEST_ID}/results"


def get(api, url=URL, **params):
    response = api.get(url, params)
    assert response.status_code == 200, response.content
    return response.json()


def ids(body):
    return [run["run_id"] for run in body["results"]]


def fill(client, count=30, **fields):
    """A run a minute, the newest `run00`; every third one failed."""
    store_test(client)
    runs = [
        (make_run(f"run{n:02}", n % 3 > 0, duration_ms=1000 * n, **fields), time_of(n))
        for n in range(count)
    ]
    store_runs(client, TEST_ID, runs)


def time_of(number):
    return NOW_SCORE - MINUTE * number
