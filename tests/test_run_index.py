"""The run index where the model does not reach: limits, refusals, versions, users."""

import pytest

from results.domain import IndexBuilding
from results.repository import ResultRepository
from results.run_index import records
from results.run_index.building import BuildingElsewhere
from results.run_index.use import IndexUse
from tests.factories import (
    NOW_SCORE,
    TEST_ID,
    ago,
    make_run,
    store_run,
    store_runs,
)
from tests.index_stage import DAY, MONTH, NAMES, build, fill, head_of

KEY = f"results:{TEST_ID}"


def commands(client):
    return {
        name.removeprefix("cmdstat_"): calls["calls"]
        for name, calls in client.info("commandstats").items()
        if not name.startswith(("cmdstat_config", "cmdstat_info"))
    }


def test_a_window_builds_no_more_than_it_needs(redis_client, monkeypatch):
    monkeypatch.setattr(records, "MOST_RECORDS", 10)
    fill(redis_client, 200)
    repository = ResultRepository(redis_client)
    assert repository.window_runs(TEST_ID, DAY).passed == 18
    head = head_of(redis_client)
    assert not head.is_complete and 25 <= head.total < 60
    found = repository.window_runs(TEST_ID, MONTH)
    assert (found.passed, found.failed) == (150, 50)
    assert head_of(redis_client).is_complete


@pytest.mark.parametrize("count", [50, 3000])
def test_an_indexed_answer_is_the_same_few_commands(redis_client, count):
    fill(redis_client, count)
    repository = ResultRepository(redis_client)
    repository.window_runs(TEST_ID, MONTH)
    repository.run(TEST_ID, "r7")
    redis_client.config_resetstat()
    repository.window_runs(TEST_ID, MONTH)
    assert commands(redis_client) == {
        **{"multi": 1, "exec": 1, "get": 1},
        **{"zcard": 5, "zcount": 6, "hlen": 1},
    }
    redis_client.config_resetstat()
    repository.run(TEST_ID, "r7")
    assert commands(redis_client) == {
        **{"multi": 1, "exec": 1, "get": 1, "zcard": 5, "zcount": 3, "hlen": 1},
        **{"hmget": 1, "smembers": 1, "eval_ro": 1, "zscore": 1, "zrevrangebyscore": 1},
    }


def test_a_new_run_is_all_that_is_read_again(redis_client):
    fill(redis_client, 3000)
    repository = ResultRepository(redis_client)
    repository.run(TEST_ID, "r7")
    store_run(redis_client, TEST_ID, make_run("new"), NOW_SCORE + 1)
    read = []
    sight = records.sight
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "sight", lambda raw: (read.append(raw), sight(raw))[1])
        assert repository.window_runs(TEST_ID, DAY).passed == 19
    assert len(read) <= 3


@pytest.mark.parametrize("arrived", ["ahead", "late", "first"])
def test_a_writer_that_keeps_so_many_runs_has_little_read_again(redis_client, arrived):
    fill(redis_client, 1000)
    build(redis_client)
    times = {"ahead": NOW_SCORE + 1, "late": ago(hours=3.5), "first": ago(hours=998.5)}
    store_run(redis_client, TEST_ID, make_run("new"), times[arrived])
    redis_client.zremrangebyrank(KEY, 0, 0)
    read = []
    sight = records.sight
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "sight", lambda raw: (read.append(raw), sight(raw))[1])
        build(redis_client)
    assert len(read) < 20
    assert head_of(redis_client).total == 1000


def test_no_time_left_is_said_and_what_was_read_is_kept(redis_client, monkeypatch):
    monkeypatch.setattr(records, "MOST_RECORDS", 10)
    fill(redis_client, 200)
    left = [8]

    def on_time():
        left[0] -= 1
        if not left[0]:
            raise IndexBuilding

    with pytest.raises(IndexBuilding):
        build(redis_client, on_time=on_time)
    assert head_of(redis_client).total > 30
    assert not redis_client.exists(NAMES.building)
    build(redis_client)
    assert head_of(redis_client).total == 200


def test_a_second_builder_lets_the_first_one_build(redis_client, monkeypatch):
    fill(redis_client)
    redis_client.set(NAMES.building, "another")
    with pytest.raises(BuildingElsewhere):
        build(redis_client)
    repository = ResultRepository(redis_client)
    assert repository.window_runs(TEST_ID, MONTH).failed == 5
    assert repository.run(TEST_ID, "r7").run_id == "r7"
    assert redis_client.get(NAMES.building) == b"another"
    assert head_of(redis_client) is None


def test_what_another_builder_leaves_no_time_for_is_a_building_index(
    redis_client, monkeypatch
):
    fill(redis_client)
    redis_client.set(NAMES.building, "another")
    repository = ResultRepository(redis_client, index=IndexUse(build_seconds=0.0))
    with pytest.raises(IndexBuilding):
        repository.window_runs(TEST_ID, MONTH)


def test_a_builder_that_took_too_long_leaves_the_lock_of_the_next(redis_client):
    fill(redis_client)
    build(
        redis_client, on_time=lambda: redis_client.set(NAMES.building, "next", xx=True)
    )
    assert redis_client.get(NAMES.building) == b"next"


def test_results_that_change_at_every_look_are_answered_by_the_records(redis_client):
    fill(redis_client)
    build(redis_client)
    count = [0]

    def on_time():
        count[0] += 1
        run = make_run(f"new {count[0]}")
        store_runs(redis_client, TEST_ID, [(run, NOW_SCORE + count[0])])

    with pytest.raises(BuildingElsewhere):
        build(redis_client, on_time=on_time)
