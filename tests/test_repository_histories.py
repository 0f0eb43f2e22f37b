"""Histories of runs, timing and incidents, over both stores."""

import pytest

from results.domain import Page, UnknownTest, UnreadableKey
from results.keys import Keys
from results.repository import ResultRepository
from tests.factories import (
    NOW,
    NOW_SCORE,
    TEST_ID,
    ago,
    make_incident,
    make_run,
    make_variables,
    store_event,
    store_incident,
    store_run,
    store_runs,
    store_test,
    store_timing,
)

HISTORIES = ["runs", "timing", "incidents"]


def run_ids(page):
    return [run.run_id for run in page.items]


def whole(history):
    return history.page(0, 100)


@pytest.mark.parametrize("name", HISTORIES)
def test_a_test_of_which_nothing_exists_is_unknown(repository, name):
    history = getattr(repository, name)(TEST_ID)  # nothing is asked yet
    with pytest.raises(UnknownTest):
        history.page(0, 10)


@pytest.mark.parametrize("name", HISTORIES)
def test_a_known_test_without_runs_has_empty_histories(store, repository, name):
    store_test(store)
    assert whole(getattr(repository, name)(TEST_ID)) == Page([], total=0)


STORE_ONE = {
    "hash": lambda store: store.hset(f"test:{TEST_ID}", "name", "x"),
    "results": lambda store: store.zadd(f"results:{TEST_ID}", {"x": 1}),
    "timing": lambda store: store_timing(store, TEST_ID, "x", 1),
    "incidents": lambda store: store_incident(store, TEST_ID, b"x"),
    "events": lambda store: store_event(store, TEST_ID, "error"),
}


@pytest.mark.parametrize("key", STORE_ONE)
@pytest.mark.parametrize("name", HISTORIES)
def test_any_one_of_its_keys_makes_a_test_known(store, repository, key, name):
    STORE_ONE[key](store)
    repository.require_known(TEST_ID)
    assert whole(getattr(repository, name)(TEST_ID)).items == []


def test_an_id_in_the_index_alone_is_no_test(store, repository):
    store.sadd("tests:all", TEST_ID)
    with pytest.raises(UnknownTest):
        repository.require_known(TEST_ID)


def test_runs_come_newest_first_by_score_and_not_by_their_times(store, repository):
    store_test(store)
    store_run(store, TEST_ID, make_run("new", score=ago(days=9)), ago(minutes=1))
    store_run(store, TEST_ID, make_run("old", score=ago(minutes=0)), ago(days=9))
    store_run(store, TEST_ID, make_run("mid"), ago(hours=1))
    assert run_ids(whole(repository.runs(TEST_ID))) == ["new", "mid", "old"]


def test_a_page_starts_at_its_offset_and_is_as_long_as_asked(store, repository):
    store_test(store)
    store_runs(store, TEST_ID, [(make_run(f"r{n}"), n) for n in range(10)])
    page = repository.runs(TEST_ID).page(3, 2)
    assert run_ids(page) == ["r6", "r5"]
    assert (page.total, page.skipped) == (10, 0)


@pytest.mark.parametrize(
    ("offset", "limit"), [(10, 5), (10_000_000, 100), (3, 0), (0, 0)]
)
@pytest.mark.parametrize("name", HISTORIES)
def test_beyond_the_end_and_without_a_limit_pages_are_empty(
    store, repository, name, offset, limit
):
    store_test(store)
    for n in range(10):
        store_run(store, TEST_ID, make_run(f"r{n}", passed=False), n)
    page = getattr(repository, name)(TEST_ID).page(offset, limit)
    assert (page.items, page.total) == ([], 10)


def test_ties_keep_one_order_over_all_pages(store, repository):
    store_test(store)
    store_runs(store, TEST_ID, [(make_run(f"r{n}"), NOW_SCORE) for n in range(9)])
    history = repository.runs(TEST_ID)
    in_one = run_ids(history.page(0, 9))
    for limit in (1, 2, 4):
        pages = [run_ids(history.page(start, limit)) for start in range(0, 9, limit)]
        assert sum(pages, []) == in_one
    assert sorted(in_one) == [f"r{n}" for n in range(9)]


def test_corrupt_members_are_skipped_and_counted(store, repository):
    store_test(store)
    store_runs(
        store,
        TEST_ID,
        [
            (make_run("newest"), 6),
            (b"not json", 5),
            (b"\xff\xfe", 4),
            (b'{"run_id": "x", "passed": true, "duration_ms": NaN}', 3),
            (b'{"run_id": "cut short", "passed": tr', 2),
            (make_run("oldest"), 1),
        ],
    )
    page = whole(repository.runs(TEST_ID))
    assert run_ids(page) == ["newest", "oldest"]
    assert (page.total, page.skipped) == (6, 4)


def test_skipped_counts_what_this_page_left_out(store, repository):
    store_test(store)
    store_runs(store, TEST_ID, [(b"bad", 3), (make_run("a"), 2), (b"worse", 1)])
    history = repository.runs(TEST_ID)
    pages = [history.page(offset, 1) for offset in range(3)]
    assert [page.skipped for page in pages] == [1, 0, 1]
    assert [run_ids(page) for page in pages] == [[], ["a"], []]


def test_a_run_stored_twice_is_listed_twice(store, repository):
    store_test(store)
    store_runs(store, TEST_ID, [(make_run(), 2), (make_run(passed=False), 1)])
    page = whole(repository.runs(TEST_ID))
    assert [run.passed for run in page.items] == [True, False]


def test_large_records_are_summaries_and_none_is_lost(store, repository):
    store_test(store)
    big = {"screenshots": ["x" * 300_000]}
    store_runs(
        store,
        TEST_ID,
        [(make_run("big", **big), 2), (make_run("small", plan={"x": 1}), 1)],
    )
    found = {run.run_id: run.fields for run in whole(repository.runs(TEST_ID)).items}
    assert found["big"]["truncated"] is True
    assert found["big"]["size_bytes"] > 300_000
    assert "screenshots" not in found["big"]
    assert found["small"] == make_run("small", plan={"x": 1})


def test_a_page_over_2_mb_ends_in_summaries(store, repository):
    store_test(store)
    runs = [(make_run(f"r{n:02}", raw="x" * 250_000), -n) for n in range(12)]
    store_runs(store, TEST_ID, runs)
    page = whole(repository.runs(TEST_ID))
    assert [run.fields.get("truncated", False) for run in page.items] == (
        [False] * 8 + [True] * 4
    )


def test_hidden_values_are_scrubbed_from_runs_and_incidents(store, repository):
    store_test(
        store,
        variables=make_variables(password="hunter2"),
        alert_webhook="https://hooks.example.com/x",
    )
    store_run(store, TEST_ID, make_run(plan="hunter2", details="hunter2"))
    told = "hunter2, https://hooks.example.com/x"
    store_incident(store, TEST_ID, make_incident(error=told))
    run = whole(repository.runs(TEST_ID)).items[0]
    incident = whole(repository.incidents(TEST_ID)).items[0]
    assert (run.fields["plan"], run.fields["details"]) == ("***", "***")
    assert incident.fields["error"] == "***, ***"


def test_values_that_were_hidden_once_stay_hidden(store, repository):
    store_test(store, variables=make_variables(password="new-one"))
    store.sadd(Keys().hidden(TEST_ID), "hunter2")
    store_run(store, TEST_ID, make_run(details="hunter2, new-one"))
    run = whole(repository.runs(TEST_ID)).items[0]
    assert run.fields["details"] == "***, ***"


def test_without_a_hash_unknown_fields_are_withheld(store, repository):
    store_run(store, TEST_ID, make_run(plan={"say": "who knows"}))
    store_incident(store, TEST_ID, make_incident(extra="who knows"))
    run = whole(repository.runs(TEST_ID)).items[0]
    incident = whole(repository.incidents(TEST_ID)).items[0]
    assert run.fields == make_run() | {"redacted": True}
    assert incident.fields == make_incident() | {"redacted": True}


def test_a_hash_of_another_type_redacts_and_hides_no_run(store, repository):
    store.set(f"test:{TEST_ID}", "text")
    store_run(store, TEST_ID, make_run(plan="x"))
    run = whole(repository.runs(TEST_ID)).items[0]
    assert run.fields == make_run() | {"redacted": True}


def test_former_values_of_another_type_redact(store, repository):
    store_test(store)
    store.set(Keys().hidden(TEST_ID), "text")
    store_run(store, TEST_ID, make_run())
    assert whole(repository.runs(TEST_ID)).items[0].fields["redacted"] is True


def test_timing_points_come_newest_first_in_all_encodings(store, repository):
    store_test(store)
    store_timing(store, TEST_ID, "12340:a1b2c3d4", NOW_SCORE)
    store_timing(store, TEST_ID, "12340", ago(hours=1))
    store_timing(store, TEST_ID, "b1b2c3d4:12340", ago(hours=2))
    store_timing(store, TEST_ID, "nan", ago(hours=3))
    store_timing(store, TEST_ID, "7:c1b2c3d4", -5)
    page = whole(repository.timing(TEST_ID))
    assert [(p.duration_ms, p.run_id) for p in page.items] == [
        (12340, "a1b2c3d4"),
        (12340, None),
        (12340, "b1b2c3d4"),
        (7, "c1b2c3d4"),
    ]
    assert [page.items[0].timestamp, page.items[-1].timestamp] == [NOW, None]
    assert (page.total, page.skipped) == (5, 1)


def test_equal_durations_of_two_runs_are_two_points(store, repository):
    store_test(store)
    store_run(store, TEST_ID, make_run("a1b2c3d4"))
    store_run(store, TEST_ID, make_run("b1b2c3d4"))
    page = whole(repository.timing(TEST_ID))
    assert [point.duration_ms for point in page.items] == [12340, 12340]


def test_incidents_come_in_list_order_whatever_their_times(store, repository):
    store_test(store)
    for n in range(3):
        incident = make_incident(f"r{n}", started_at=f"2026-02-1{9 - n}T00:00:00Z")
        store_incident(store, TEST_ID, incident)
    store_incident(store, TEST_ID, b"[]")
    page = repository.incidents(TEST_ID).page(0, 3)
    assert [incident.fields["run_id"] for incident in page.items] == ["r2", "r1"]
    assert (page.total, page.skipped) == (4, 1)


WRONG = {"runs": "results", "timing": "timing", "incidents": "incidents"}


@pytest.mark.parametrize("name", HISTORIES)
def test_a_key_of_another_type_is_unreadable(store, repository, name):
    store_test(store)
    store.set(f"{WRONG[name]}:{TEST_ID}", "text")
    with pytest.raises(UnreadableKey):
        getattr(repository, name)(TEST_ID).page(0, 10)


def test_one_wrong_key_leaves_the_others_readable(store, repository):
    store_run(store, TEST_ID, make_run())
    store.set(f"incidents:{TEST_ID}", "text")
    assert run_ids(whole(repository.runs(TEST_ID))) == ["a1b2c3d4"]


def test_two_installations_share_a_server_by_their_prefixes(store):
    store_run(store, TEST_ID, make_run())
    store.zadd(f"eu:results:{TEST_ID}", {b'{"run_id": "eu", "passed": true}': 1})
    repository = ResultRepository(store, Keys("eu:"))
    assert run_ids(whole(repository.runs(TEST_ID))) == ["eu"]


def test_reading_writes_nothing(store, repository):
    store_test(store, variables=make_variables(password="hunter2"))
    store_runs(store, TEST_ID, [(b"bad", 2), (make_run(), 1)])
    before = {key: store.dump(key) for key in store.keys()}
    for name in HISTORIES:
        whole(getattr(repository, name)(TEST_ID))
    repository.tests()
    repository.ping()
    assert {key: store.dump(key) for key in store.keys()} == before
