"""One run by its id, and the outcomes of a window, over both stores."""

import pytest

from results import metrics
from results.domain import UnknownRun, UnknownTest, UnreadableKey, Window
from results.repository import runs as reading_runs
from tests.factories import (
    NOW,
    NOW_SCORE,
    TEST_ID,
    ago,
    make_run,
    make_variables,
    store_run,
    store_runs,
    store_test,
)


def window_runs(repository, hours=24):
    return repository.window_runs(TEST_ID, Window.trailing(hours, NOW))


def outcomes(repository, hours=24):
    """How many passed, and how many failed."""
    found = window_runs(repository, hours)
    return found.passed, found.failed


def test_a_run_is_found_with_everything_it_holds(store, repository):
    store_test(store)
    run = make_run("b1b2c3d4", screenshots=["x" * 300_000])
    store_runs(store, TEST_ID, [(make_run(), 2), (run, 1)])
    assert repository.run(TEST_ID, "b1b2c3d4").fields == run


def test_a_run_is_found_behind_many_others(store, repository):
    store_test(store)
    store_runs(store, TEST_ID, [(make_run(f"r{n}"), n) for n in range(1300)])
    assert repository.run(TEST_ID, "r0").run_id == "r0"


def test_the_newest_copy_of_a_run_is_the_run(store, repository):
    store_test(store)
    copies = [(make_run(details="old"), 1), (make_run(details="new"), 2)]
    store_runs(store, TEST_ID, copies)
    assert repository.run(TEST_ID, "a1b2c3d4").fields["details"] == "new"


def test_an_id_inside_another_field_is_not_the_run(store, repository):
    store_test(store)
    store_runs(store, TEST_ID, [(make_run("other", details="a1b2c3d4"), 1)])
    with pytest.raises(UnknownRun):
        repository.run(TEST_ID, "a1b2c3d4")


def test_an_id_may_be_spelled_in_escapes(store, repository):
    store_test(store)
    member = rb'{"run_id": "\u0061bc", "passed": true}'
    store_runs(store, TEST_ID, [(member, 1)])
    assert repository.run(TEST_ID, "abc").run_id == "abc"


def test_a_corrupt_copy_is_passed_over(store, repository):
    store_test(store)
    store_runs(store, TEST_ID, [(b'{"run_id": "a1b2c3d4"', 2), (make_run(), 1)])
    assert repository.run(TEST_ID, "a1b2c3d4").fields == make_run()


def test_a_run_over_16_mb_is_a_summary(store, repository):
    store_test(store)
    store_runs(store, TEST_ID, [(make_run("huge", raw="x" * 17_000_000), 1)])
    fields = repository.run(TEST_ID, "huge").fields
    assert fields["truncated"] is True
    assert "raw" not in fields


def test_a_run_by_its_id_is_scrubbed(store, repository):
    store_test(store, variables=make_variables(password="hunter2"))
    store_run(store, TEST_ID, make_run(plan="hunter2"))
    assert repository.run(TEST_ID, "a1b2c3d4").fields["plan"] == "***"


def test_a_run_that_is_not_there_is_unknown(store, repository):
    store_test(store)
    with pytest.raises(UnknownRun):
        repository.run(TEST_ID, "a1b2c3d4")


def test_a_run_of_an_unknown_test_is_an_unknown_test(repository):
    with pytest.raises(UnknownTest):
        repository.run(TEST_ID, "a1b2c3d4")
    with pytest.raises(UnknownTest):
        window_runs(repository)


def test_results_of_another_type_are_unreadable(store, repository):
    store.set(f"results:{TEST_ID}", "text")
    with pytest.raises(UnreadableKey):
        repository.run(TEST_ID, "a1b2c3d4")
    with pytest.raises(UnreadableKey):
        window_runs(repository)


@pytest.mark.parametrize(
    ("score", "is_counted"),
    [
        (ago(hours=24), True),
        (ago(hours=24, milliseconds=1), False),
        (NOW_SCORE, True),
        (NOW_SCORE + 300, True),
        (NOW_SCORE + 300.001, False),
        (-1, False),
    ],
)
def test_a_window_has_its_start_and_300_seconds_ahead(
    store, repository, score, is_counted
):
    store_test(store)
    store_runs(store, TEST_ID, [(make_run(), score)])
    assert outcomes(repository) == (int(is_counted), 0)


def test_runs_beyond_the_window_are_future_runs(store, repository):
    store_test(store)
    scores = {"soon": NOW_SCORE + 301, "later": 1e12, "never": float("inf")}
    store_runs(store, TEST_ID, [(make_run(i), score) for i, score in scores.items()])
    store_runs(store, TEST_ID, [(make_run("now"), NOW_SCORE)])
    found = window_runs(repository)
    assert (found.future_runs, found.passed, found.failed) == (3, 1, 0)


def test_corrupt_members_are_skipped_inside_the_window_only(store, repository):
    store_test(store)
    store_runs(
        store,
        TEST_ID,
        [
            (b"in the future", NOW_SCORE + 1000),
            (b"inside", NOW_SCORE),
            (b'{"run_id": "x", "passed": "yes"}', ago(hours=1)),
            (make_run(), ago(hours=2)),
            (b"too old", ago(hours=25)),
        ],
    )
    found = window_runs(repository)
    assert (found.skipped, found.future_runs) == (2, 0)
    assert (found.passed, found.failed) == (1, 0)


def test_of_a_run_stored_twice_the_newer_copy_counts(store, repository):
    store_test(store)
    copies = [(make_run(), ago(hours=2)), (make_run(passed=False), ago(hours=1))]
    store_runs(store, TEST_ID, copies)
    assert outcomes(repository) == (0, 1)


def test_the_newer_copy_counts_also_where_it_is_in_the_future(store, repository):
    store_test(store)
    copies = [(make_run(), ago(hours=2)), (make_run(passed=False), NOW_SCORE + 999)]
    store_runs(store, TEST_ID, copies)
    found = window_runs(repository)
    assert (found.passed, found.failed, found.future_runs) == (0, 0, 1)


def test_23_of_24_passed_runs_are_95_8_percent(store, repository):
    store_test(store)
    runs = [(make_run(f"r{n}", passed=n != 7), ago(hours=n + 0.5)) for n in range(24)]
    store_runs(store, TEST_ID, runs)
    window = Window.trailing(24, NOW)
    found = metrics.uptime(TEST_ID, window, repository.window_runs(TEST_ID, window))
    assert (found.uptime_pct, found.total_runs, found.failed_runs) == (95.8, 24, 1)


def test_a_long_window_is_read_in_many_chunks(store, repository, monkeypatch):
    monkeypatch.setattr(reading_runs, "CHUNK_BYTES", 10_000)
    store_test(store)
    runs = [(make_run(f"r{n}", passed=n % 3 > 0), ago(minutes=n)) for n in range(700)]
    store_runs(store, TEST_ID, runs)
    assert outcomes(repository) == (466, 234)


def test_a_window_reads_no_further_than_its_start(
    store, repository, monkeypatch, caplog
):
    store_test(store)
    far = [(f"bad {n}".encode(), ago(days=3, minutes=n)) for n in range(90)]
    store_runs(store, TEST_ID, [(make_run(f"r{n}"), ago(hours=n)) for n in range(25)])
    store_runs(store, TEST_ID, far)
    monkeypatch.setattr(reading_runs, "LARGEST_CHUNK", 10)
    monkeypatch.setattr("results.run_index.records.MOST_RECORDS", 10)
    assert outcomes(repository) == (25, 0)
    assert sum(record.name == "results.unreadable" for record in caplog.records) < 20
