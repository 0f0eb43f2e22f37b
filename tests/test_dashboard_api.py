"""`/api/dashboard`."""

from datetime import datetime, timedelta, timezone

from tests.factories import make_run, make_variables, store_runs, store_test

URL = "/api/dashboard"


def get(api):
    response = api.get(URL)
    assert response.status_code == 200, response.content
    return response.json()


def test_an_empty_installation_adds_up(api):
    assert get(api) == {
        "total_tests": 0,
        "active_tests": 0,
        "paused_tests": 0,
        "error_tests": 0,
        "passing": 0,
        "failing": 0,
        "pending": 0,
        "overdue": 0,
        "running": 0,
        "last_run_at_global": None,
        "next_run_approx_minutes": None,
        "recent_runs": [],
    }


def test_statuses_and_outcomes_add_up_to_the_total(api, redis_client):
    kinds = [
        ("active", "passed"),
        ("paused", "failed"),
        ("error", "error"),
        ("", "pending"),
        ("active", ""),
        ("sleeping", "odd"),
    ]
    for n, (status, result) in enumerate(kinds):
        store_test(redis_client, f"test{n}", status=status, last_result=result)
    redis_client.sadd("tests:all", "orphan", "bad id!", b"\xff")
    redis_client.hset("test:unlisted", "id", "unlisted")
    body = get(api)
    assert body["total_tests"] == 6
    assert (body["active_tests"], body["paused_tests"], body["error_tests"]) == (
        4,
        1,
        1,
    )
    assert (body["passing"], body["failing"], body["pending"]) == (1, 2, 3)
    assert "skipped" not in body


def test_a_hash_of_a_wrong_type_is_skipped_and_the_rest_served(api, redis_client):
    store_test(redis_client, "fine")
    redis_client.sadd("tests:all", "wrong")
    redis_client.set("test:wrong", "text")
    body = get(api)
    assert (body["total_tests"], body["skipped"]) == (1, 1)


def test_a_wrong_index_is_502(api, redis_client):
    redis_client.set("tests:all", "text")
    assert api.get(URL).status_code == 502
    assert api.get("/api/tests").status_code == 502


def test_recent_runs_are_ordered_as_instants_not_as_text(api, redis_client):
    times = {
        "newest": "2026-02-14T08:00:00-05:00",
        "second": "2026-02-14T12:30:00Z",
        "third": "2026-02-14T12:00:00.5+00:00",
        "fourth": "2026-02-14T13:00:00+02:00",
        "fifth": "2026-02-13T23:00:00Z",
        "sixth": "2026-02-12T23:00:00Z",
        "never": "",
        "odd": "yesterday",
    }
    for test_id, last_run_at in times.items():
        store_test(redis_client, test_id, last_run_at=last_run_at)
    body = get(api)
    ids = [run["test_id"] for run in body["recent_runs"]]
    assert ids == ["newest", "second", "third", "fourth", "fifth"]
    assert body["last_run_at_global"] == "2026-02-14T13:00:00Z"


def test_a_recent_run_carries_its_newest_readable_record(api, redis_client):
    store_test(redis_client, variables=make_variables(pw="hunter22"), name="hunter22!")
    run = make_run(duration_ms=7, triggered_by="cron hunter22")
    store_runs(redis_client, "abc12345", [(run, 1.0), (b"corrupt", 2.0)])
    (recent,) = get(api)["recent_runs"]
    assert recent["test_name"] == "***!"
    assert (recent["steps_passed"], recent["steps_total"]) == (3, 3)
    assert (recent["duration_ms"], recent["triggered_by"]) == (7, "cron ***")


def test_without_a_readable_record_the_fields_are_null(api, redis_client):
    store_test(redis_client, "empty")
    store_test(redis_client, "wrong")
    redis_client.set("results:wrong", "text")
    for recent in get(api)["recent_runs"]:
        assert recent["duration_ms"] is None and recent["steps_total"] is None


def test_the_next_run_is_within_the_schedules_interval(api, redis_client):
    soon = datetime.now(timezone.utc) + timedelta(minutes=30)
    store_test(redis_client, "paused", status="paused", schedule="* * * * *")
    store_test(redis_client, "odd", schedule="whenever")
    store_test(redis_client, "half", schedule=f"{soon.minute} {soon.hour} * * *")
    assert get(api)["next_run_approx_minutes"] in (29, 30)
