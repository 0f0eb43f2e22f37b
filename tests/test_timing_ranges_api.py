"""`/api/tests/{test_id}/timing` over ranges, and `/timing/stats`."""

from datetime import datetime, timedelta, timezone

import pytest

from tests.factories import (
    HOUR,
    MINUTE,
    NOW_SCORE,
    TEST_ID,
    iso,
    make_run,
    store_run,
    store_test,
    store_timing,
)

URL = f"/api/tests/{TEST_ID}/timing"
STATS = f"{URL}/stats"
DAY = {"from": iso(NOW_SCORE - 12 * HOUR), "to": iso(NOW_SCORE + 1)}


def get(api, url=URL, **params):
    response = api.get(url, params)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.fixture
def stored(redis_client):
    """A run each ten minutes for ten hours, 100 ms, 200 ms and so on; each fourth one
    failed after 9 s."""
    store_test(redis_client)
    for n in range(60):
        passed = n % 4 > 0
        run = make_run(
            f"{n:08x}", passed, duration_ms=100 * (n + 1) if passed else 9000
        )
        store_run(redis_client, TEST_ID, run, NOW_SCORE - 10 * MINUTE * n)


def test_points_of_a_range_say_how_their_runs_ended(api, stored):
    start = {"from": iso(NOW_SCORE - 20 * MINUTE), "to": iso(NOW_SCORE + 1)}
    body = get(api, **start)
    shown = [(p["run_id"], p["duration_ms"], p["outcome"]) for p in body["timing"]]
    assert shown == [
        ("00000000", 9000, "failed"),
        ("00000001", 200, "passed"),
        ("00000002", 300, "passed"),
    ]
    assert body["total"] == 3 and "data_from" not in body
    assert get(api, **start, limit=1, offset=1)["timing"] == body["timing"][1:2]
    old = get(api, **{"from": "2020-01-01T00:00:00Z"})
    assert old["data_from"] == iso(NOW_SCORE - 590 * MINUTE)


def test_a_plain_page_has_outcomes_only_when_asked(api, redis_client, stored):
    assert "outcome" not in get(api)["timing"][0]
    store_timing(redis_client, TEST_ID, "55", NOW_SCORE - 10 * MINUTE)
    store_timing(redis_client, TEST_ID, "56:gone", NOW_SCORE + 1)
    body = get(api, outcomes="true", limit=4)
    found = {p["duration_ms"]: p["outcome"] for p in body["timing"]}
    assert found == {56: None, 9000: "failed", 200: "passed", 55: "passed"}
    assert get(api, outcomes="false") == get(api)


def test_a_range_leaves_outcomes_out_when_told_to(api, stored):
    told = get(api, **DAY)
    untold = get(api, **DAY, outcomes="false")
    for point in told["timing"]:
        del point["outcome"]
    assert untold == told
    few = get(api, **DAY, outcomes="false", downsample="lttb", limit=5)
    assert len(few["timing"]) == 5 and "outcome" not in few["timing"][0]


def test_a_chart_gets_as_few_points_as_it_can_show(api, stored):
    body = get(api, **DAY, downsample="lttb", limit=10)
    assert (len(body["timing"]), body["total"]) == (10, 60)
    times = [point["timestamp"] for point in body["timing"]]
    assert times[0] == iso(NOW_SCORE) and times == sorted(times, reverse=True)
    assert times[-1] == iso(NOW_SCORE - 590 * MINUTE)
    assert len(get(api, **DAY, downsample="lttb", limit=200)["timing"]) == 60


def test_statistics_count_passed_runs_unless_asked(api, stored):
    body = get(api, STATS, **DAY, interval="1h", percentiles="50,100")
    assert (body["count"], body["min"], body["max"]) == (45, 200, 6000)
    assert body["percentiles"] == {"p50": 3100, "p100": 6000}
    assert (body["interval_s"], body["tz"], body["outcome"]) == (3600, "UTC", "passed")
    assert (body["from"], body["to"]) == (DAY["from"], DAY["to"])
    assert body["data_from"] == iso(NOW_SCORE - 590 * MINUTE)
    assert len(body["buckets"]) == 13
    first, last = body["buckets"][0], body["buckets"][-1]
    assert (first["count"], first["mean"], first["percentiles"]["p50"]) == (
        0,
        None,
        None,
    )
    assert last["unfinished"] is True and first["unfinished"] is False
    assert last["start"] == iso(NOW_SCORE) and last["count"] == 0
    failed = get(api, STATS, **DAY, outcome="failed")
    assert (failed["count"], failed["mean"]) == (15, 9000)
    assert get(api, STATS, **DAY, outcome="all")["count"] == 60


def test_without_a_range_it_is_the_last_day(api, redis_client):
    now = datetime.now(timezone.utc).timestamp()
    for run_id, ago in (("new", 60), ("old", 25 * HOUR)):
        store_run(redis_client, TEST_ID, make_run(run_id, duration_ms=5), now - ago)
    body = get(api, STATS)
    assert body["count"] == 1
    assert list(body["percentiles"]) == ["p50", "p90", "p95", "p99"]
    length = datetime.fromisoformat(body["to"]) - datetime.fromisoformat(body["from"])
    assert length == timedelta(days=1)
    assert body["interval_s"] == 600 and len(body["buckets"]) <= 200
    assert len(get(api, STATS, max_points=5)["buckets"]) <= 5
    assert get(api, STATS, window="48h")["count"] == 2


def test_a_test_that_never_ran_has_no_statistics(api, redis_client):
    store_test(redis_client)
    body = get(api, STATS, to=iso(NOW_SCORE))
    assert (body["count"], body["from"], body["buckets"]) == (0, None, [])
    assert body["interval_s"] is None
    assert get(api, **DAY)["timing"] == []
    assert api.get("/api/tests/nobody/timing/stats").status_code == 404
    assert api.get("/api/tests/nobody/timing?window=1h").status_code == 404


def test_a_wrong_type_is_502(api, redis_client):
    redis_client.set(f"timing:{TEST_ID}", "text")
    assert api.get(STATS).status_code == 502
    assert api.get(f"{URL}?window=1h").status_code == 502


@pytest.mark.parametrize(
    "url, query, name",
    [
        (URL, "outcomes=1", "outcomes"),
        (URL, "downsample=lttb", "downsample"),
        (URL, "downsample=m4&window=1h", "downsample"),
        (URL, "downsample=lttb&window=1h&offset=1", "offset"),
        (URL, "window=1h&limit=201", "limit"),
        (URL, "window=1h&from=5", "window"),
        (STATS, "percentiles=0", "percentiles"),
        (STATS, "percentiles=101", "percentiles"),
        (STATS, "percentiles=50,", "percentiles"),
        (STATS, "percentiles=" + ",".join(map(str, range(1, 12))), "percentiles"),
        (STATS, "percentiles=99.9", "percentiles"),
        (STATS, "outcome=error", "outcome"),
        (STATS, "interval=7m", "interval"),
        (STATS, "interval=1h&max_points=5", "max_points"),
        (STATS, "max_points=0", "max_points"),
        (STATS, "interval=5m&window=90d", "interval"),
        (STATS, "tz=Nowhere", "tz"),
    ],
)
def test_what_is_refused_is_named(api, redis_client, url, query, name):
    store_test(redis_client)
    response = api.get(f"{url}?{query}")
    assert response.status_code == 400
    assert {error["attr"] for error in response.json()["errors"]} == {name}


def test_of_some_words_those_that_are_allowed_are_told(api, redis_client):
    store_test(redis_client)
    [error] = api.get(f"{STATS}?outcome=error").json()["errors"]
    assert error["detail"] == "Must be one of: passed, failed, all."
    assert error["code"] == "invalid_choice"


def test_an_export_asks_as_the_endpoint_does(api, stored):
    query = "window=1h&downsample=lttb&limit=5"
    assert api.get(f"{URL}.csv?{query}").status_code == 200
    response = api.get(f"{URL}.csv", {**DAY, "downsample": "lttb", "limit": 5})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0] == "test_id,timestamp,duration_ms,run_id,outcome"
    assert len(lines) == 6 and lines[1].endswith(",9000,00000000,failed")
    response = api.get(f"{URL}.ndjson", DAY)
    assert len(b"".join(response.streaming_content).splitlines()) == 60
