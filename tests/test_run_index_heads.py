"""The run index: versions, other types, what went, and users who may not write."""

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from results.domain import UnknownRun, UnreadableKey, Window
from results.recorder import Recorder
from results.repository import ResultRepository, scripts
from results.run_index import records, use
from results.run_index.head import Head, decode, is_newer
from results.run_index.use import IndexUse
from tests.factories import (
    HOUR,
    NOW,
    NOW_SCORE,
    TEST_ID,
    ago,
    make_run,
    store_run,
    store_runs,
)
from tests.index_stage import DAY, MONTH, NAMES, build, fill, head_of
from tests.recording import run_at

KEY = f"results:{TEST_ID}"


def test_an_index_of_a_later_version_is_left_alone(redis_client):
    fill(redis_client)
    redis_client.set(NAMES.head, "99 of another form")
    redis_client.zadd(NAMES.passed, {"theirs": 1})
    found = ResultRepository(redis_client).window_runs(TEST_ID, DAY)
    assert (found.passed, found.failed) == (15, 5)
    assert redis_client.get(NAMES.head) == b"99 of another form"


@pytest.mark.parametrize(
    "head", [b"0 old", b"\xff", b"1 a b", b"1 g x 0 0 0 0 1 0", b""]
)
def test_an_index_of_an_older_or_no_version_is_built_anew(redis_client, head):
    fill(redis_client)
    redis_client.set(NAMES.head, head)
    redis_client.zadd(NAMES.passed, {"stale": NOW_SCORE})
    found = ResultRepository(redis_client).window_runs(TEST_ID, DAY)
    assert (found.passed, found.failed) == (15, 5)
    assert not redis_client.zscore(NAMES.passed, "stale")


@pytest.mark.parametrize("key", NAMES.content)
def test_a_key_of_another_type_is_built_anew(redis_client, key):
    fill(redis_client)
    build(redis_client)
    redis_client.delete(key)
    getattr(redis_client, "sadd")(key, "x")
    redis_client.zremrangebyrank(KEY, 0, 0)
    found = ResultRepository(redis_client).window_runs(TEST_ID, DAY)
    assert (found.passed, found.failed) == (14, 5)


def test_facts_that_are_lost_are_built_anew_when_they_are_needed(redis_client):
    fill(redis_client)
    build(redis_client)
    redis_client.delete(NAMES.facts)
    store_runs(redis_client, TEST_ID, [(make_run("r3", plan="again"), NOW_SCORE + 5)])
    found = ResultRepository(redis_client).window_runs(TEST_ID, DAY)
    assert (found.passed, found.failed) == (15, 5)
    assert redis_client.hlen(NAMES.facts) == 20


def test_a_stretch_too_large_to_read_again_is_built_anew(redis_client, monkeypatch):
    fill(redis_client, 100)
    build(redis_client)
    monkeypatch.setattr(records, "SPAN_BYTES", 10)
    monkeypatch.setattr(records, "MOST_RECORDS", 2)
    monkeypatch.setattr(records, "FIRST_RECORDS", 2)
    late = [(make_run(f"late {n}"), ago(hours=3, seconds=n + 1)) for n in range(9)]
    store_runs(redis_client, TEST_ID, late)
    assert ResultRepository(redis_client).window_runs(TEST_ID, MONTH).passed == 84
    assert head_of(redis_client).total == 109


def test_an_exchange_that_no_count_shows_still_finds_runs_that_are_there(redis_client):
    fill(redis_client)
    repository = ResultRepository(redis_client)
    build(redis_client)
    old = redis_client.zrangebyscore(KEY, ago(hours=7), ago(hours=7))
    redis_client.zrem(KEY, *old)
    store_runs(redis_client, TEST_ID, [(make_run("r7"), ago(hours=7.5))])
    assert repository.run(TEST_ID, "r7").run_id == "r7"


@pytest.mark.parametrize("by_recorder", [False, True])
def test_a_newest_run_that_went_is_not_made_up_for_by_the_next(
    redis_client, by_recorder
):
    fill(redis_client, 20)
    repository = ResultRepository(redis_client)
    runs = repository.runs(TEST_ID)
    build(redis_client)
    runs.page(0, 1)
    mark = runs.mark()
    redis_client.zremrangebyrank(KEY, -1, -1)
    if by_recorder:
        Recorder(redis_client).record_run(TEST_ID, run_at(1, "next"))
    else:
        store_run(redis_client, TEST_ID, make_run("next"), NOW_SCORE + 60)
    assert runs.mark() != mark and runs.page(0, 1).mark != mark
    assert repository.run(TEST_ID, "next").run_id == "next"
    with pytest.raises(UnknownRun):
        repository.run(TEST_ID, "r0")
    assert repository.window_runs(TEST_ID, DAY).passed == 16


def test_oldest_runs_that_went_are_not_made_up_for_by_an_older_one(redis_client):
    fill(redis_client, 20)
    repository = ResultRepository(redis_client)
    assert repository.run(TEST_ID, "r19").run_id == "r19"
    redis_client.zremrangebyrank(KEY, 0, 0)
    store_run(redis_client, TEST_ID, make_run("older"), ago(hours=30))
    assert repository.run(TEST_ID, "older").run_id == "older"
    assert repository.window_runs(TEST_ID, DAY).passed == 14
    assert repository.window_runs(TEST_ID, MONTH).passed == 15


def test_a_user_who_may_not_write_is_asked_again_after_a_while(
    reading_client, redis_client, caplog, monkeypatch
):
    fill(redis_client)
    repository = ResultRepository(reading_client)
    assert repository.window_runs(TEST_ID, DAY).passed == 15
    assert not repository.index.is_usable
    assert [record.name for record in caplog.records] == [use.__name__]
    monkeypatch.setattr(use, "PAUSE_SECONDS", 0.0)
    repository.index.refused(NoPermissionError())
    assert repository.index.is_usable


def test_a_user_who_may_not_write_uses_what_others_keep(reading_client, redis_client):
    fill(redis_client)
    build(redis_client)
    repository = ResultRepository(reading_client)
    assert repository.window_runs(TEST_ID, DAY).passed == 15
    assert repository.run(TEST_ID, "r7").run_id == "r7"
    assert repository.index.is_usable


def test_switched_on_a_refusal_is_an_error(reading_client, redis_client):
    fill(redis_client)
    repository = ResultRepository(reading_client, index=IndexUse("on"))
    with pytest.raises(NoPermissionError):
        repository.window_runs(TEST_ID, DAY)


def test_results_of_another_type_are_unreadable_whatever_the_index_says(redis_client):
    fill(redis_client)
    repository = ResultRepository(redis_client)
    build(redis_client)
    redis_client.delete(KEY)
    redis_client.set(KEY, "text")
    with pytest.raises(UnreadableKey):
        repository.window_runs(TEST_ID, DAY)
    with pytest.raises(UnreadableKey):
        build(redis_client)


def test_many_heads_are_not_remembered_for_ever(monkeypatch):
    monkeypatch.setattr(use, "MOST_HEADS", 2)
    known = IndexUse()
    head = Head("g", 1, 1.0, 1, 1.0, 1, True, False)
    for name in "abc":
        known.saw(name, head)
    assert (known.head("a"), known.head("c")) == (None, head)


@pytest.mark.parametrize("raw", [None, b"", b"1 g", b"x", b"9" * 30])
def test_what_is_no_later_version_is_ours(raw):
    assert not is_newer(raw)


def test_a_head_whose_words_are_no_numbers_is_none():
    words = Head("g", 3, 9.0, 1, 1.0, 2, True, False).encode().split()
    for place in (2, 3, 4, 5, 6):
        broken = [*words[:place], "x", *words[place + 1 :]]
        assert decode(" ".join(broken).encode()) is None


def test_a_head_is_read_as_it_was_written():
    head = Head("g", 3, float("inf"), 1, -1.5, 2, False, True)
    assert decode(head.encode().encode()) == head


def test_time_between_two_hours_counts_as_the_records_say(redis_client):
    fill(redis_client, 30)
    build(redis_client, start=NOW_SCORE - 3 * HOUR)
    off = ResultRepository(redis_client, index=IndexUse("off"))
    for hours in range(1, 40):
        window = Window.trailing(hours, NOW)
        kept = ResultRepository(redis_client).window_runs(TEST_ID, window)
        assert kept == off.window_runs(TEST_ID, window)


@pytest.mark.parametrize("run_id", ["r7", "r8", "none"])
def test_a_run_is_found_without_scripts_as_well(server_url, redis_client, run_id):
    fill(redis_client, 20)
    rules = ["reset", "on", ">secret", "~*", "+@all", "-@scripting"]
    redis_client.execute_command("ACL", "SETUSER", "plain", *rules)
    with Redis.from_url(server_url) as plain:
        own = {"username": "plain", "password": "secret"}
        plain.connection_pool.connection_kwargs.update(own)
        repository = ResultRepository(plain, index=IndexUse("on"))
        repository.window_runs(TEST_ID, MONTH)
        for _ in range(2):
            if run_id == "none":
                with pytest.raises(UnknownRun):
                    repository.run(TEST_ID, run_id)
            else:
                assert repository.run(TEST_ID, run_id).run_id == run_id
        assert not scripts.may_run(plain)
    redis_client.execute_command("ACL", "DELUSER", "plain")
