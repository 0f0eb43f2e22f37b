"""Acknowledged runs, after kills, power cuts and lost replies: small lanes."""

import pytest
from redis import Redis

from benchmarks.reliability import failovers, writes
from benchmarks.reliability.audit import audit
from benchmarks.reliability.writers import run_of
from results.recorder import Recorder
from tests.recording import WAYS


def assert_all_there(found, least):
    assert found.acknowledged >= least
    assert (found.lost, found.torn, found.doubled, found.stale) == (0, 0, 0, 0)


def test_a_store_that_is_killed_keeps_what_it_synced():
    assert_all_there(writes.killed(2, 30, "always", "fast"), 90)


def test_a_power_cut_leaves_what_was_synced():
    assert_all_there(writes.cut(2, 30, "always", "durable")[0], 90)


def test_a_power_cut_takes_what_was_not_synced_and_tears_nothing():
    """The cut is a real one: without a sync before each reply, runs are lost."""
    found, taken = writes.cut(1, 150, "everysec", "fast")
    assert taken > 0 and found.lost > 0
    assert found.is_clean


@pytest.mark.parametrize("way", WAYS)
def test_replies_that_are_lost_store_no_run_twice(redis_client, server_url, way):
    def new(url):
        recorder = Recorder.from_url(url)
        recorder._ways.way = WAYS[way]
        return recorder

    # Of a dozen replies in a row nearly always one is lost: the others take long.
    runs, writers = (60, 8) if way == "script" else (4, 2)
    found, damaged = writes.through_losses(server_url, runs, new, writers)
    assert damaged > 0
    assert_all_there(found, runs)


def test_the_audit_sees_what_is_wrong(redis_client):
    recorder = Recorder(redis_client)
    runs = [run_of("t", number) for number in range(8)]
    recorder.record_runs("t", runs)
    names = {("t", run["run_id"]): run["passed"] for run in runs}

    def seen():
        found = audit(redis_client, names, names)
        return found.lost, found.torn, found.doubled, found.stale

    assert seen() == (0, 0, 0, 0)
    redis_client.zrem("timing:t", f"1001:{runs[1]['run_id']}")
    assert seen() == (0, 1, 0, 0)
    redis_client.lpush("incidents:t", redis_client.lindex("incidents:t", 0))
    assert seen() == (0, 1, 1, 0)
    redis_client.zremrangebyrank("results:t", 2, 2)
    assert seen() == (1, 2, 1, 0)
    redis_client.hset("test:t", "last_result", "pending")
    assert seen() == (1, 2, 1, 1)
    redis_client.delete("results:t")
    assert seen()[3] == 1


def test_a_lane_says_what_it_counted(monkeypatch):
    monkeypatch.setattr(writes, "LOST_RUNS", 1)
    (row,) = writes.lost_replies(0.0)
    assert row.met is True and "lost replies" in row.sentence()
    with pytest.raises(TimeoutError, match="not stored"):
        writes.Writers(lambda: Recorder(Redis())).has_acknowledged(1, 0.0)


def test_readers_of_a_master_that_dies_see_503_for_a_while_and_no_other_error():
    for row in failovers.lane(0.0):
        assert row.met is True, row.sentence()
        assert row.counts["others"] == 0
