"""A writer that dies between two steps: what is shown is true, repair finishes it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from results.connection import use_store
from results.keys import Keys
from results.recorder import Recorded, RunConflict
from results.recorder.repairing import RepairReport, ids_with_guards, repair
from results.repository import ResultRepository
from tests.factories import TEST_ID
from tests.recording import everything, recorder_by, run_at

KEYS = Keys()
WRITES = {"HSETNX", "ZADD", "HSET", "LPUSH", "ZREM", "HDEL", "LTRIM", "DEL"}
WRITES |= {"ZREMRANGEBYRANK"}
RUN = run_at(1, "second", passed=False)
STEPS = 6


class Died(RedisConnectionError):
    """Here the writer was killed."""


class Mortal(Redis):
    """Dies before the write of this number."""

    left = 0

    def execute_command(self, name, *args, **options):
        if name in WRITES:
            if not self.left:
                raise Died
            self.left -= 1
        return super().execute_command(name, *args, **options)


@pytest.fixture
def mortal(redis_client):
    return Mortal(connection_pool=redis_client.connection_pool)


def die_before(mortal, step, run=RUN):
    mortal.left = step
    with pytest.raises(Died):
        recorder_by("steps", mortal).record_run(TEST_ID, run)


@pytest.fixture
def first(redis_client):
    """A run that is there, by the same recorder."""
    recorder_by("steps", redis_client).record_run(TEST_ID, run_at(0, "first"))


@pytest.mark.parametrize("step", range(STEPS))
def test_what_is_shown_of_a_run_cut_short_is_true(first, redis_client, mortal, step):
    die_before(mortal, step)
    repository = ResultRepository(redis_client)
    ids = [run.run_id for run in repository.runs(TEST_ID).page(0, 10).items]
    assert ids in (["first"], ["second", "first"])
    points = repository.timing(TEST_ID).page(0, 10).items
    incidents = map(json.loads, redis_client.lrange(f"incidents:{TEST_ID}", 0, -1))
    # Whatever is told of a run elsewhere, the run is there.
    assert {point.run_id for point in points} <= set(ids)
    assert {incident["run_id"] for incident in incidents} <= set(ids)
    latest = redis_client.hget(f"test:{TEST_ID}", "last_result")
    assert latest == b"passed" or "second" in ids


@pytest.mark.parametrize("step", range(STEPS))
def test_repair_finishes_it_or_leaves_no_trace(first, redis_client, mortal, step):
    before = everything(redis_client)
    recorder_by("steps", redis_client).record_run(TEST_ID, RUN)
    whole = everything(redis_client)
    redis_client.flushdb()
    recorder_by("steps", redis_client).record_run(TEST_ID, run_at(0, "first"))
    die_before(mortal, step)
    dead = everything(redis_client)
    planned = repair(redis_client, KEYS, TEST_ID, dry_run=True)
    assert everything(redis_client) == dead
    assert repair(redis_client, KEYS, TEST_ID) == planned
    assert everything(redis_client) == (whole if step >= 2 else before)
    assert repair(redis_client, KEYS, TEST_ID).is_whole
    expected = Recorded.REPEAT if step >= 2 else Recorded.NEW
    assert recorder_by("steps", redis_client).record_run(TEST_ID, RUN) is expected
    assert everything(redis_client) == whole


def test_a_run_behind_many_others_is_found(first, redis_client, mortal, monkeypatch):
    monkeypatch.setattr("results.recorder.repairing.CHUNK", 1)
    recorder_by("steps", redis_client).record_run(TEST_ID, run_at(2, "third"))
    die_before(mortal, 3)
    assert repair(redis_client, KEYS, TEST_ID) == RepairReport(TEST_ID, finished=1)


def test_there_are_no_more_steps_than_were_tried(first, mortal):
    mortal.left = STEPS
    recorder_by("steps", mortal).record_run(TEST_ID, RUN)
    assert mortal.left == 0


def test_a_repair_that_dies_is_followed_by_another(first, redis_client, mortal):
    die_before(mortal, 2)
    for step in range(STEPS):
        mortal.left = step
        with pytest.raises(Died):
            repair(mortal, KEYS, TEST_ID)
    assert repair(redis_client, KEYS, TEST_ID) == RepairReport(TEST_ID, finished=1)


def test_a_record_of_another_content_is_left(first, redis_client, mortal):
    die_before(mortal, 1)
    other = run_at(1, "second", details="Something else.")
    with pytest.raises(RunConflict):
        recorder_by("steps", redis_client).record_run(TEST_ID, other)
    redis_client.zadd(
        f"results:{TEST_ID}", {b'{"run_id": "second", "passed": true}': 1}
    )
    redis_client.zadd(f"results:{TEST_ID}", {b"torn": 2})
    assert repair(redis_client, KEYS, TEST_ID) == RepairReport(TEST_ID, left=1)


def test_in_a_cluster_too(cluster_store):
    recorder = recorder_by("steps", cluster_store)
    recorder.record_run(TEST_ID, RUN)
    guard = KEYS.recorded(TEST_ID)
    digest = cluster_store.hget(guard, "second")
    cluster_store.hset(guard, "second", digest + b" in progress")
    cluster_store.delete(f"incidents:{TEST_ID}")
    assert ids_with_guards(cluster_store, KEYS) == [TEST_ID]
    assert repair(cluster_store, KEYS, TEST_ID).finished == 1
    assert cluster_store.llen(f"incidents:{TEST_ID}") == 1
    assert cluster_store.hget(guard, "second") == digest


@pytest.fixture
def told(redis_client, server_url, settings):
    before, settings.REDIS_URL = settings.CACHES["results"]["LOCATION"], server_url

    def run(*words):
        out = StringIO()
        call_command("repair", *words, stdout=out)
        return out.getvalue()

    yield run
    use_store(before)


def test_the_command_says_what_it_did(told, first, redis_client, mortal):
    die_before(mortal, 3)
    die_before(mortal, 1, run_at(2, "third"))
    would = told("--all", "--dry-run")
    assert "1 runs would be finished, 1 that were never stored would be forg" in would
    assert "1 runs finished, 1 that were never stored forgotten" in told(TEST_ID)
    assert told("--all").endswith("/0.\nTests looked at: 1.\n")


def test_the_command_refuses_what_it_cannot_do(told, first, redis_client, mortal):
    for words in ((), ("--all", TEST_ID), ("a b",)):
        with pytest.raises(CommandError):
            told(*words)
    redis_client.set(f"timing:{TEST_ID}", "x")
    with pytest.raises(CommandError, match="is a string"):
        told(TEST_ID)
    redis_client.delete(f"timing:{TEST_ID}")
    die_before(mortal, 1)
    redis_client.zadd(
        f"results:{TEST_ID}", {b'{"run_id": "second", "passed": true}': 1}
    )
    assert "1 left (another record has their id)" in told(TEST_ID)
