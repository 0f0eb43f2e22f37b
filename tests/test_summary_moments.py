"""What the summary says of tests that run now, and of tests that should."""

import time

import pytest

from results.connection import index_use
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


@pytest.mark.parametrize("mode", ["auto", "off"])
@pytest.mark.parametrize("schedule", ["*/15 * * * *", ""])
@pytest.mark.parametrize(
    ("hash_ago", "run_ago", "is_overdue"),
    [
        # A writer that records runs, and leaves the hash as it was.
        (3000, 49, False),
        (3000, 51, True),
        # The newer runs were trimmed, or deleted.
        (49, 3000, False),
        # What is so far ahead tells nothing, of a run or in the hash.
        (-6, 49, False),
        (-6, 51, True),
        (-4, 3000, False),
        (3000, -6, True),
        (3000, -4, False),
    ],
)
def test_the_newest_of_hash_and_runs_says_who_is_overdue(
    api, redis_client, now, monkeypatch, mode, schedule, hash_ago, run_ago, is_overdue
):
    monkeypatch.setattr(index_use(), "mode", mode)
    last = iso(now - hash_ago * MINUTE)
    store_test(redis_client, schedule=schedule, last_run_at=last)
    # Of those that count the neighbours are as far apart as the cron's.
    times = [now - run_ago * MINUTE]
    times += [now - (max(run_ago, 3000) + 15 * n) * MINUTE for n in range(1, 5)]
    runs = [(make_run(f"r{n}"), time) for n, time in enumerate(times)]
    store_runs(redis_client, TEST_ID, runs)
    body = get(api)
    assert body["tests"][0]["overdue"] is is_overdue
    assert body["counts"]["overdue"] == int(is_overdue)
    assert get(api, "/api/dashboard")["overdue"] == int(is_overdue)


@pytest.mark.parametrize(("created", "is_overdue"), [(51, True), (49, False)])
def test_a_test_whose_only_run_is_said_to_be_to_come_never_ran(
    api, redis_client, now, created, is_overdue
):
    times = {"last_run_at": now + 6 * MINUTE, "created_at": now - created * MINUTE}
    store_test(redis_client, **{name: iso(time) for name, time in times.items()})
    assert get(api)["counts"]["overdue"] == int(is_overdue)
    assert get(api, "/api/dashboard")["overdue"] == int(is_overdue)


def test_a_test_made_in_the_future_is_judged_by_its_runs(api, redis_client, now):
    for test_id, ago in {"late": 51, "fine": 49}.items():
        created = iso(now + 6 * MINUTE)
        store_test(redis_client, test_id, last_run_at="", created_at=created)
        store_runs(redis_client, test_id, [(make_run("a1"), now - ago * MINUTE)])
    found = {i: row["overdue"] for i, row in rows(api).items()}
    assert found == {"late": True, "fine": False}


def test_whoever_records_what_nobody_can_read_is_not_dead(api, redis_client, now):
    store_test(redis_client, last_run_at=iso(now - 3000 * MINUTE))
    assert get(api)["counts"]["overdue"] == 1
    store_runs(redis_client, TEST_ID, [(b"{", now - 60)])
    assert get(api)["counts"]["overdue"] == 0


def test_where_runs_are_of_another_type_the_hash_is_believed(api, redis_client, now):
    for test_id, ago in {"late": 51, "fine": 49}.items():
        store_test(redis_client, test_id, last_run_at=iso(now - ago * MINUTE))
        redis_client.set(f"results:{test_id}", "text")
    found = {i: row["overdue"] for i, row in rows(api).items()}
    assert found == {"late": True, "fine": False}
    assert get(api, "/api/dashboard")["overdue"] == 1


def test_any_number_of_overdue_tests_costs_no_more_trips(api, redis_client, now, trips):
    """Some of them without a cron, which are asked otherwise."""
    for n in range(700):
        fields = {"schedule": "" if n < 3 else "*/15 * * * *"}
        last = now - 9 * 24 * HOUR
        store_test(redis_client, f"t{n:03}", last_run_at=iso(last), **fields)
        ran = now - 60 if n % 2 else last
        store_runs(redis_client, f"t{n:03}", [(make_run("a1"), ran)])
    for url, most in {URL: 2, "/api/dashboard": 3}.items():
        get(api, url)
        trips.clear()
        body = get(api, url)
        assert body.get("counts", body)["overdue"] == 350
        assert len(trips) == most


def test_where_nobody_looks_overdue_no_run_is_asked(api, redis_client, now, trips):
    store_test(redis_client, last_run_at=iso(now - 49 * MINUTE))
    get(api, "/api/dashboard")
    trips.clear()
    assert get(api, "/api/dashboard")["overdue"] == 0
    assert len(trips) == 2


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
