"""What the summary says of tests that run now, and of tests that should."""

import time

import pytest

from tests.factories import (
    HOUR,
    MINUTE,
    TEST_ID,
    iso,
    make_run,
    store_event,
    store_runs,
    store_test,
)
from tests.test_summary_api import URL, get, rows


@pytest.fixture
def now():
    return time.time()


@pytest.mark.parametrize(
    ("fields", "is_overdue"),
    [
        ({"last_run_at": 51}, True),
        ({"last_run_at": 49}, False),
        ({"last_run_at": 51, "status": "paused"}, False),
        ({"last_run_at": 51, "status": "error"}, False),
        ({"last_run_at": None, "created_at": 51}, True),
        ({"last_run_at": None, "created_at": 49}, False),
        ({"last_run_at": None, "created_at": None}, False),
        ({"last_run_at": 51, "schedule": "0 * * * *"}, False),
        ({"last_run_at": 186, "schedule": "0 * * * *"}, True),
        # Without a cron and with no run a day is expected.
        ({"last_run_at": None, "created_at": 3 * 1440 + 6, "schedule": ""}, True),
        ({"last_run_at": None, "created_at": 3 * 1440 + 4, "schedule": "bad"}, False),
    ],
)
def test_a_test_is_overdue_after_three_intervals_and_five_minutes(
    api, redis_client, now, fields, is_overdue
):
    times = {
        name: "" if ago is None else iso(now - ago * MINUTE)
        for name, ago in fields.items()
        if name in ("last_run_at", "created_at")
    }
    store_test(redis_client, **(fields | times))
    (row,) = get(api)["tests"]
    assert row["overdue"] is is_overdue
    for url in (URL, "/api/dashboard"):
        body = get(api, url)
        counts = body.get("counts", body)
        assert counts["overdue"] == int(is_overdue)


def test_without_a_cron_the_runs_say_when_a_test_is_overdue(api, redis_client, now):
    for test_id, ago in {"late": 190, "fine": 170}.items():
        last = now - ago * MINUTE
        fields = {"schedule": "", "last_run_at": iso(last)}
        store_test(redis_client, test_id, **fields)
        runs = [(make_run(f"r{n}"), last - n * HOUR) for n in range(5)]
        store_runs(redis_client, test_id, runs)
    assert {i: row["overdue"] for i, row in rows(api).items()} == {
        "late": True,
        "fine": False,
    }
    assert get(api, limit=1)["counts"]["overdue"] == 1
    assert get(api, "/api/dashboard")["overdue"] == 1


@pytest.mark.parametrize("created", [None, 3000])
@pytest.mark.parametrize(("ago", "is_overdue"), [(49, False), (51, True)])
def test_where_the_hash_tells_of_no_run_the_runs_do(
    api, redis_client, now, created, ago, is_overdue
):
    created_at = iso(now - created * MINUTE) if created else ""
    store_test(redis_client, last_run_at="", created_at=created_at)
    store_runs(redis_client, TEST_ID, [(make_run("a1"), now - ago * MINUTE)])
    body = get(api)
    assert body["tests"][0]["overdue"] is is_overdue
    assert body["counts"]["overdue"] == int(is_overdue)
    assert get(api, "/api/dashboard")["overdue"] == int(is_overdue)


def store_entry(client, test_id, seconds_ago, now, type="step_start"):
    entry_id = f"{int((now - seconds_ago) * 1000)}-0"
    client.xadd(f"events:{test_id}", {"message": "x", "type": type}, id=entry_id)


@pytest.mark.parametrize(
    ("entries", "is_running"),
    [
        ([(5, "step_start")], True),
        ([(890, "browser_start")], True),
        ([(910, "step_start")], False),
        ([(60, "step_start"), (5, "eval_complete")], False),
        ([(60, "step_start"), (5, "error")], False),
        ([(60, "eval_complete"), (5, "plan_start")], True),
        ([], False),
    ],
)
@pytest.mark.parametrize("way", ["script", "one by one"])
def test_a_test_runs_while_its_newest_event_is_young_and_not_the_last(
    api, redis_client, now, entries, is_running, way, monkeypatch
):
    if way == "one by one":
        monkeypatch.setattr("results.repository.scripts.may_run", lambda _client: False)
    for test_id in (TEST_ID, "other"):
        store_test(redis_client, test_id)
    for seconds_ago, kind in entries:
        store_entry(redis_client, TEST_ID, seconds_ago, now, kind)
    store_event(redis_client, "unlisted", "step_start")
    redis_client.set("events:other", "text")
    found = rows(api)
    assert found[TEST_ID]["running"] is is_running
    assert found["other"]["running"] is False
    for url in (URL, "/api/dashboard"):
        body = get(api, url)
        assert body.get("counts", body)["running"] == int(is_running)


def test_a_server_without_scripts_is_asked_one_by_one_from_then_on(
    api, redis_client, monkeypatch
):
    monkeypatch.setattr("results.repository.running.SCRIPT", "return nonsense(")
    store_test(redis_client)
    store_event(redis_client, TEST_ID, "step_start")
    try:
        for _again in range(2):
            assert get(api)["counts"]["running"] == 1
    finally:
        from results.connection import command_client
        from results.repository import scripts

        scripts._refusing.discard(command_client().connection_pool)
