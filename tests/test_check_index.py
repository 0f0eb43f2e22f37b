"""`check_index`: what drifts and what does not, and that a repair mends it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from results.codec import facts
from results.connection import data_repository
from results.domain import Window
from results.keys import Keys
from results.recorder import Recorder
from results.repository import ResultRepository
from results.run_index import checking
from results.run_index.building import Builder
from results.run_index.checking import IndexReport, check_index
from tests.factories import (
    NOW,
    TEST_ID,
    ago,
    make_run,
    store_run,
    store_runs,
    store_test,
)
from tests.recording import run_at

KEY = f"results:{TEST_ID}"
NAMES = Keys().index(TEST_ID)


@pytest.fixture
def command(api):
    def run(*test_ids, **options):
        out = StringIO()
        call_command("check_index", *test_ids, stdout=out, **options)
        return out.getvalue()

    return run


@pytest.fixture
def built(redis_client):
    """A test of ten runs, one of them twice, and a corrupt member, all indexed."""
    store_test(redis_client)
    runs = [(make_run(f"r{n}", n % 3 > 0), ago(hours=n)) for n in range(10)]
    copy = (make_run("r4", plan="older"), ago(hours=30))
    store_runs(redis_client, TEST_ID, [*runs, copy, (b"corrupt", ago(hours=2.5))])
    Builder(redis_client, Keys(), TEST_ID, lambda: None).cover(float("-inf"))
    return redis_client


def report(client):
    return check_index(client, Keys(), TEST_ID)


def test_an_index_that_is_right_is_complete(built, command):
    found = report(built)
    assert found == IndexReport(TEST_ID, "complete", 12, 10, 1, 1)
    assert not found.drifts
    line = f"{TEST_ID}: 12 records, 10 runs, 1 duplicates, 1 corrupt; index complete\n"
    assert line in command(TEST_ID)


def exchanged(client):
    (old,) = client.zrangebyscore(KEY, ago(hours=5), ago(hours=5))
    client.zrem(KEY, old)
    store_run(client, TEST_ID, make_run("other"), ago(hours=5.5))


def another_outcome(client):
    client.zrem(NAMES.passed, "r4")
    client.zadd(NAMES.failed, {"r4": ago(hours=4)})


def another_time(client):
    client.zadd(NAMES.passed, {"r4": ago(hours=4.5)})


def other_facts(client):
    known = facts.decode(client.hget(NAMES.facts, "r4"))
    client.hset(NAMES.facts, "r4", facts.encode(known._replace(duration_ms=1)))


def no_facts(client):
    client.delete(NAMES.facts)


def spoiled_facts(client):
    client.hset(NAMES.facts, "r4", "text")


def facts_of_another_type(client):
    client.delete(NAMES.facts)
    client.set(NAMES.facts, "text")


@pytest.mark.parametrize(
    ("harm", "missing", "stale", "wrong"),
    [
        (exchanged, 1, 1, 0),
        (another_outcome, 0, 0, 1),
        (another_time, 0, 0, 1),
        (other_facts, 0, 0, 1),
        (spoiled_facts, 0, 0, 1),
    ],
)
def test_what_no_count_shows_is_found_and_mended(
    built, command, harm, missing, stale, wrong
):
    harm(built)
    found = report(built)
    assert (found.missing, found.stale, found.wrong) == (missing, stale, wrong)
    assert found.state == "complete"
    with pytest.raises(CommandError, match=f"drifting: {TEST_ID}") as failure:
        command(TEST_ID)
    assert failure.value.returncode == 1
    assert "complete\n" in command(all=True, repair=True)
    assert not report(built).drifts


def test_what_every_reader_sees_is_no_drift(built, command):
    store_run(built, TEST_ID, make_run("new"))
    assert report(built).state == "behind"
    assert "index behind" in command(TEST_ID)
    assert "index complete" in command(TEST_ID, repair=True)


def test_an_index_that_reaches_back_a_while_is_compared_as_far(built, monkeypatch):
    monkeypatch.setattr("results.run_index.records.FIRST_RECORDS", 4)
    built.delete(*NAMES)
    Builder(built, Keys(), TEST_ID, lambda: None).cover(ago(hours=2))
    found = report(built)
    assert (found.state, found.records, found.drifts) == ("partial", 12, False)
    another_time_of_a_new_run = {"r1": ago(hours=1.5)}
    built.zadd(NAMES.passed, another_time_of_a_new_run)
    assert report(built).wrong == 1


def test_no_index_and_a_later_versions_one_are_said(redis_client, command):
    store_run(redis_client, TEST_ID, make_run())
    assert "index absent" in command(TEST_ID)
    redis_client.set(NAMES.head, "99 of another form")
    assert "index newer" in command(TEST_ID)


@pytest.mark.parametrize("harm", [no_facts, facts_of_another_type])
def test_lost_facts_are_seen_by_readers_and_so_no_drift(built, command, harm):
    harm(built)
    found = report(built)
    assert (found.state, found.drifts) == ("behind", False)
    assert ResultRepository(built).run(TEST_ID, "r4").fields["run_id"] == "r4"
    assert report(built).state == "complete"
    assert built.hlen(NAMES.facts) == 10


def test_a_lost_set_is_seen_by_readers_and_so_no_drift(built):
    built.delete(NAMES.passed)
    built.set(NAMES.passed, "text")
    assert (report(built).state, report(built).drifts) == ("behind", False)


def test_runs_that_arrive_meanwhile_are_no_drift(redis_client, monkeypatch):
    recorder = Recorder(redis_client)
    recorder.record_run(TEST_ID, run_at(0, "first"))
    stored, times = checking._stored, iter(range(1, 4))

    def slowly(client, results):
        found = stored(client, results)
        if (n := next(times, None)) is not None:
            recorder.record_run(TEST_ID, run_at(n, f"run-{n}"))
        return found

    monkeypatch.setattr(checking, "_stored", slowly)
    assert report(redis_client) == IndexReport(TEST_ID, "complete", 4, 4, 0, 0)


def test_json_is_one_document(built, command):
    other_facts(built)
    store_run(built, "another", make_run())
    built.set("results:odd", "text")
    out = StringIO()
    with pytest.raises(CommandError, match="odd"):
        call_command("check_index", all=True, json=True, stdout=out)
    told = json.loads(out.getvalue())
    shown = {test["test_id"]: (test["state"], test["drifts"]) for test in told["tests"]}
    assert shown == {TEST_ID: ("complete", True), "another": ("absent", False)}
    assert len(told["failed"]) == 1


@pytest.mark.parametrize("ids", [(), ("a b",)])
def test_it_wants_to_be_told_what_to_check(command, ids):
    with pytest.raises(CommandError):
        command(*ids)
    with pytest.raises(CommandError):
        command(TEST_ID, all=True)


def test_a_store_that_fails_is_said(command, monkeypatch):
    from redis.exceptions import ConnectionError as RedisConnectionError

    def fails(*_args):
        raise RedisConnectionError("gone")

    monkeypatch.setattr("results.management.commands.check_index.check_index", fails)
    with pytest.raises(CommandError, match="the store failed"):
        command(TEST_ID)


def test_a_test_without_results_needs_no_index(command, redis_client):
    store_test(redis_client)
    assert "0 records" in command(TEST_ID, repair=True)
    assert not redis_client.keys("monitor:*")
    window = Window.trailing(24, NOW)
    assert data_repository().window_runs(TEST_ID, window).passed == 0
