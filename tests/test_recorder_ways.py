"""One script where scripts may run; otherwise the same, in more round trips."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoPermissionError, ResponseError, WatchError

from results.recorder import Recorded, Recorder, RunConflict
from results.recorder.transaction import record_in_transaction
from tests.factories import NOW_SCORE, TEST_ID, make_run
from tests.recording import WAYS, everything, recorder_by, run_at, stored_ids

RESULTS = f"results:{TEST_ID}"


@pytest.fixture
def client_of(redis_client, server_url):
    """Clients of a user who may do everything but what the rules take away."""
    clients = []

    def make(*rules: str) -> Redis:
        redis_client.execute_command(
            "ACL", "SETUSER", "limited", "reset", "on", ">secret", "~*", "+@all", *rules
        )
        client = Redis.from_url(server_url, username="limited", password="secret")
        # A URL's own password would win.
        client.connection_pool.connection_kwargs.update(
            username="limited", password="secret"
        )
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()
    redis_client.execute_command("ACL", "DELUSER", "limited")


def test_a_run_is_one_command(redis_client):
    recorder = Recorder(redis_client)
    recorder.record_run(TEST_ID, run_at(0, "first"))
    redis_client.script_flush()
    sent = []
    original = redis_client.execute_command
    redis_client.execute_command = lambda *args, **kwargs: (
        sent.append(args[0]),
        original(*args, **kwargs),
    )[1]
    try:
        recorder.record_run(TEST_ID, run_at(1, "second", passed=False))
    finally:
        del redis_client.execute_command
    assert sent == ["EVAL"]


@pytest.mark.parametrize("rule", ["-@scripting", "-eval"])
def test_a_user_without_scripting_records_in_a_transaction(client_of, rule):
    recorder = Recorder(client_of(rule))
    assert recorder.record_run(TEST_ID, run_at(0, "one")) is Recorded.NEW
    assert recorder._ways.way is record_in_transaction
    assert recorder.record_run(TEST_ID, run_at(0, "one")) is Recorded.REPEAT
    assert recorder.record_runs(TEST_ID, [run_at(0, "one"), run_at(1, "two")]) == 1


def test_many_runs_find_out_that_there_is_no_scripting(client_of, redis_client):
    recorder = Recorder(client_of("-@scripting"))
    runs = [run_at(minute, f"run-{minute}") for minute in range(3)]
    assert recorder.record_runs(TEST_ID, runs) == 3
    assert recorder.record_runs(TEST_ID, runs) == 0
    assert redis_client.zcard(RESULTS) == 3


def test_a_server_without_the_command_counts_as_one_that_refuses(fake_client):
    class WithoutEval(type(fake_client)):
        def execute_command(self, name, *args, **options):
            if name == "EVAL":
                raise ResponseError(f"unknown command '{name}', with args beginning")
            return super().execute_command(name, *args, **options)

    client = WithoutEval(connection_pool=fake_client.connection_pool)
    assert Recorder(client).record_run(TEST_ID, make_run()) is Recorded.NEW
    assert fake_client.zcard(RESULTS) == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_user_who_may_not_write_is_told_so(client_of, redis_client, way):
    recorder = recorder_by(way, client_of("resetkeys", "%R~*"))
    with pytest.raises(NoPermissionError):
        recorder.record_run(TEST_ID, make_run())
    with pytest.raises(NoPermissionError):
        recorder.record_runs(TEST_ID, [make_run()])
    assert redis_client.keys() == []


def test_runs_are_stored_in_batches_as_they_come(redis_client, monkeypatch):
    batches = []
    original = redis_client.pipeline
    monkeypatch.setattr(
        redis_client,
        "pipeline",
        lambda **options: (batches.append(options), original(**options))[1],
    )
    runs = (run_at(minute, f"run-{minute}") for minute in range(450))
    assert Recorder(redis_client).record_runs(TEST_ID, runs) == 450
    assert len(batches) == 3
    assert redis_client.zcard(RESULTS) == 450


def test_huge_records_share_no_batch(redis_client, monkeypatch):
    from results.recorder import ways

    monkeypatch.setattr(ways, "BATCH_BYTES", 1000)
    recorder = Recorder(redis_client)
    entries = [
        ways.RunEntry.of(TEST_ID, run_at(0, f"run-{i}", details="x" * size))
        for i, size in enumerate([1000, 10, 10, 1000])
    ]
    sizes = [len(batch) for batch in ways.batches(entries)]
    assert sizes == [1, 3]
    assert recorder.record_runs(TEST_ID, []) == 0


def test_a_conflict_among_many_runs_leaves_the_others_of_its_batch(store):
    recorder = Recorder(store)
    recorder.record_run(TEST_ID, run_at(1, "run-1"))
    runs = [run_at(minute, f"run-{minute}", details="New.") for minute in range(3)]
    with pytest.raises(RunConflict, match="run-1"):
        recorder.record_runs(TEST_ID, runs)
    assert stored_ids(store)[0] == ["run-0", "run-1", "run-2"]


def test_a_bad_run_among_many_stops_its_batch(store):
    runs = [run_at(0, "good"), run_at(1, "bad", duration_ms=-1)]
    with pytest.raises(ValueError, match="^duration_ms"):
        Recorder(store).record_runs(TEST_ID, runs)
    assert store.keys() == []


@pytest.mark.parametrize("way", ["script", "transaction"])
def test_the_same_run_from_many_writers_is_new_once(server_url, redis_client, way):
    with Redis.from_url(server_url) as client:

        def record(number: int) -> Recorded:
            run = run_at(number % 3, f"run-{number % 3}", passed=False)
            return recorder_by(way, client).record_run(TEST_ID, run)

        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(record, range(12)))
    assert answers.count(Recorded.NEW) == 3
    assert redis_client.llen(f"incidents:{TEST_ID}") == 3


def test_a_transaction_gives_up_under_endless_changes(server_url, redis_client):
    class Disturbed(Redis):
        def pipeline(self, *args, **kwargs):
            pipe = super().pipeline(*args, **kwargs)
            original = pipe.execute

            def execute(*args, **kwargs):
                redis_client.incr("disturbance")
                redis_client.zincrby(RESULTS, 1, "foreign")
                return original(*args, **kwargs)

            pipe.execute = execute
            return pipe

    with Disturbed.from_url(server_url) as client:
        with pytest.raises(WatchError, match="changed under each of 20 tries"):
            record_in = recorder_by("transaction", client)
            record_in.record_run(TEST_ID, make_run())
    assert redis_client.get("disturbance") == b"20"
    assert redis_client.zrange(RESULTS, 0, -1) == [b"foreign"]


STEP_COMMANDS = ["HSETNX", "ZADD", "HSET", "LPUSH", "ZREM", "HDEL", "LTRIM"]


@pytest.mark.parametrize("command", STEP_COMMANDS)
@pytest.mark.parametrize("is_lost", [True, False])
def test_steps_cut_short_anywhere_are_completed_by_the_next_try(
    redis_client, server_url, command, is_lost
):
    class CutShort(Redis):
        is_cut = False

        def _cut(self, name, send):
            if name != command or self.is_cut:
                return send()
            self.is_cut = True
            if not is_lost:
                send()
            raise RedisConnectionError("cut")

        def execute_command(self, name, *args, **options):
            send = super().execute_command
            return self._cut(name, lambda: send(name, *args, **options))

    limits = {"keep_runs": 1, "keep_incidents": 1}
    older, newer = (run_at(i, f"run-{i}", passed=False) for i in range(2))
    whole = recorder_by("script", redis_client, **limits)
    whole.record_run(TEST_ID, older)
    whole.record_run(TEST_ID, newer)
    expected = everything(redis_client)
    redis_client.flushdb()
    whole.record_run(TEST_ID, older)
    with CutShort.from_url(server_url) as client:
        recorder = recorder_by("steps", client, **limits)
        with pytest.raises(RedisConnectionError):
            recorder.record_run(TEST_ID, newer)
        assert recorder.record_run(TEST_ID, newer) in (Recorded.NEW, Recorded.REPEAT)
    assert everything(redis_client) == expected


def test_a_run_that_another_writer_finishes_meanwhile_is_a_repeat(server_url, store):
    class Overtaken(type(store)):
        def hsetnx(self, *args):
            Recorder(store).record_run(TEST_ID, make_run(passed=False))
            return super().hsetnx(*args)

    client = Overtaken(connection_pool=store.connection_pool)
    answer = recorder_by("steps", client).record_run(TEST_ID, make_run(passed=False))
    assert answer is Recorded.REPEAT
    assert store.llen(f"incidents:{TEST_ID}") == 1


def test_a_writer_needs_no_django_settings(server_url, redis_client):
    environment = {**os.environ, "STORE": server_url}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    code = (
        "import os, sys\n"
        "from results.recorder import Recorder\n"
        "assert 'django' not in sys.modules\n"
        "run = dict(run_id='r', passed=True, duration_ms=1, started_at=sys.argv[1])\n"
        "with Recorder.from_url(os.environ['STORE']) as recorder:\n"
        "    print(recorder.record_run('abc12345', run))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, "2026-02-16T12:00:00Z"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("Recorded.NEW\n", "")
    assert redis_client.zscore(RESULTS, redis_client.zrange(RESULTS, 0, 0)[0]) == (
        NOW_SCORE
    )
