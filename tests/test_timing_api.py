"""`/api/tests/{test_id}/timing`."""

from tests.factories import TEST_ID, make_run, store_run, store_timing

URL = f"/api/tests/{TEST_ID}/timing"


def get(api, **params):
    response = api.get(URL, params)
    assert response.status_code == 200, response.content
    return response.json()


def test_all_three_encodings_are_read_newest_first(api, redis_client):
    store_timing(redis_client, TEST_ID, "12340:a1b2c3d4", 1771063203.753577)
    store_timing(redis_client, TEST_ID, "11200", 1771063202)
    store_timing(redis_client, TEST_ID, "12e45678:900.5", 1771063201)
    assert get(api) == {
        "test_id": TEST_ID,
        "timing": [
            {
                "timestamp": "2026-02-14T10:00:03.753577Z",
                "duration_ms": 12340,
                "run_id": "a1b2c3d4",
            },
            {
                "timestamp": "2026-02-14T10:00:02Z",
                "duration_ms": 11200,
                "run_id": None,
            },
            {
                "timestamp": "2026-02-14T10:00:01Z",
                "duration_ms": 900.5,
                "run_id": "12e45678",
            },
        ],
        "total": 3,
        "limit": 50,
        "offset": 0,
    }


def test_equal_durations_of_two_runs_both_stay(api, redis_client):
    for run_id in ("first", "second"):
        store_run(redis_client, TEST_ID, make_run(run_id, duration_ms=5))
    assert [point["duration_ms"] for point in get(api)["timing"]] == [5, 5]


def test_corrupt_members_are_counted_and_left_out(api, redis_client):
    for member in ("nan", "inf:a1b2c3d4", b"\xff", "12:ok"):
        store_timing(redis_client, TEST_ID, member, 1.0)
    body = get(api)
    assert [point["run_id"] for point in body["timing"]] == ["ok"]
    assert (body["total"], body["skipped"]) == (4, 3)


def test_a_score_beyond_the_calendar_is_a_null_time(api, redis_client):
    store_timing(redis_client, TEST_ID, "12:run", float("inf"))
    assert get(api)["timing"][0]["timestamp"] is None


def test_pages_go_to_200_points(api, redis_client):
    for n in range(250):
        store_timing(redis_client, TEST_ID, f"{n}:run{n}", n)
    assert len(get(api)["timing"]) == 50
    assert len(get(api, limit=200)["timing"]) == 200
    assert [p["duration_ms"] for p in get(api, limit=2, offset=248)["timing"]] == [1, 0]
