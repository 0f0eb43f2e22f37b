"""Mending an index, case by case: what the model test meets by chance, by name."""

import pytest
from redis.exceptions import WatchError

from results.domain import Window
from results.keys import Keys
from results.repository import ResultRepository
from results.run_index.building import Builder
from results.run_index.change import CannotMend, Span
from results.run_index.checking import check_index
from results.run_index.writing import write_span
from tests.factories import NOW, TEST_ID, ago, make_run, store_runs, store_test

KEY = f"results:{TEST_ID}"
NAMES = Keys().index(TEST_ID)
BIG = "x" * 300_000


def build(client, on_time=lambda: None):
    Builder(client, Keys(), TEST_ID, on_time).cover(float("-inf"))


@pytest.fixture
def built(redis_client):
    """Twenty runs an hour apart; the oldest one is large."""
    store_test(redis_client)
    runs = [(make_run(f"r{n}", n % 4 > 0), ago(hours=n)) for n in range(19)]
    store_runs(redis_client, TEST_ID, [*runs, (make_run("r19", raw=BIG), ago(days=2))])
    build(redis_client)
    return redis_client


def is_right(client):
    """Whether the next reader's index is exactly what the records say."""
    repository = ResultRepository(client)
    repository.window_runs(TEST_ID, Window.trailing(720, NOW))
    found = check_index(client, Keys(), TEST_ID)
    return found.state == "complete" and not found.drifts


def test_a_newer_copy_takes_the_place_of_the_older_one(built):
    store_runs(built, TEST_ID, [(make_run("r19", passed=False), ago(minutes=5))])
    assert is_right(built)
    assert built.zscore(NAMES.failed, "r19") == ago(minutes=5)
    assert built.zscore(NAMES.passed, "r19") is None
    assert built.zcard(NAMES.duplicates) == 1


def test_an_older_copy_that_arrives_late_stays_a_copy(built):
    store_runs(built, TEST_ID, [(make_run("r3", plan="older"), ago(hours=9.5))])
    assert is_right(built)
    assert built.zscore(NAMES.passed, "r3") == ago(hours=3)


def test_without_its_newest_copy_an_older_one_counts_again(built):
    store_runs(built, TEST_ID, [(make_run("r3", plan="older"), ago(hours=9.5))])
    build(built)
    built.zremrangebyscore(KEY, ago(hours=3), ago(hours=3))
    assert is_right(built)
    assert built.zscore(NAMES.passed, "r3") == ago(hours=9.5)


def test_the_summary_of_a_large_record_goes_with_it(built):
    assert built.hlen(NAMES.large) == 1
    built.zremrangebyrank(KEY, 0, 0)
    assert is_right(built)
    assert built.hlen(NAMES.large) == 0


def test_facts_that_are_no_facts_are_built_anew(built):
    built.hset(NAMES.facts, "r3", "text")
    store_runs(built, TEST_ID, [(make_run("r3", plan="newer"), ago(minutes=5))])
    assert is_right(built)


@pytest.mark.parametrize("rank", [0, -1])
def test_a_run_at_either_end_may_go(built, rank):
    built.zremrangebyrank(KEY, rank, rank)
    assert is_right(built)


def test_all_runs_may_go_and_others_come(built):
    built.delete(KEY)
    store_runs(built, TEST_ID, [(make_run("new"), ago(hours=1))])
    assert is_right(built)


def test_a_builder_that_was_slower_looks_again(built):
    built.delete(*NAMES)
    left = [3]

    def on_time():
        left[0] -= 1
        if not left[0]:
            built.delete(NAMES.building)
            build(built)

    build(built, on_time)
    assert is_right(built)


def test_what_another_process_wrote_meanwhile_is_not_overwritten(built):
    span = Span("0", "1", False, False)
    with pytest.raises(WatchError):
        write_span(built, NAMES, b"another head", span, [], True)


def test_many_runs_of_one_time_are_read_in_parts_and_never_parted(
    redis_client, monkeypatch
):
    monkeypatch.setattr("results.run_index.records.FIRST_RECORDS", 2)
    monkeypatch.setattr("results.run_index.records.MOST_RECORDS", 3)
    store_test(redis_client)
    runs = [(make_run(f"r{n}"), ago(hours=1)) for n in range(8)]
    store_runs(redis_client, TEST_ID, [*runs, (make_run("old"), ago(hours=2))])
    assert is_right(redis_client)


def test_a_set_of_another_type_is_no_place_to_write_to(built):
    head = built.get(NAMES.head)
    built.delete(NAMES.corrupt)
    built.set(NAMES.corrupt, "text")
    with pytest.raises(CannotMend):
        write_span(built, NAMES, head, Span("0", "1", False, False), [], True)


def test_a_writer_that_never_rests_leaves_a_report_of_some_moment(
    redis_client, monkeypatch
):
    from results.run_index import checking

    stored = checking._stored
    moments = iter(range(1, 99))

    def meanwhile(client, results):
        found = stored(client, results)
        store_runs(client, TEST_ID, [(make_run(f"r{next(moments)}"), 1.0)])
        client.set(NAMES.head, f"0 {next(moments)}")
        return found

    monkeypatch.setattr(checking, "_stored", meanwhile)
    assert check_index(redis_client, Keys(), TEST_ID).state == "absent"


def test_of_a_test_without_runs_there_is_nothing_to_index(redis_client):
    store_test(redis_client)
    build(redis_client)
    assert not redis_client.keys("monitor:*")
