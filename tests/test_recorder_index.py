"""The recorder keeps the run index right, so that readers find nothing to do."""

import pytest

from results.codec import facts
from results.domain import Window
from results.keys import Keys
from results.recorder import Recorder
from results.repository import ResultRepository
from results.run_index.building import Builder
from results.run_index.head import decode
from tests.factories import NOW, TEST_ID, make_run, store_run, to_member
from tests.recording import recorder_by, run_at

KEY = f"results:{TEST_ID}"
NAMES = Keys().index(TEST_ID)


@pytest.fixture
def built_index(redis_client):
    """What a reader's index would say, built from the records."""

    def build():
        kept = {key: redis_client.dump(key) for key in redis_client.keys()}
        redis_client.delete(*NAMES)
        builder = Builder(redis_client, Keys(), TEST_ID, lambda: None)
        builder.cover(float("-inf"))
        built = content(redis_client)
        redis_client.delete(*NAMES)
        for key, value in kept.items():
            redis_client.restore(key, 0, value, replace=True)
        return built

    return build


def content(client):
    """The index without its generation, and without the note of large records."""
    head = decode(client.get(NAMES.head))
    assert head is not None
    sets = [client.zrange(key, 0, -1, withscores=True) for key in NAMES.sets]
    shown = (head.total, head.newest, head.at_newest, head.oldest, head.at_oldest)
    hashes = client.hgetall(NAMES.facts), client.hgetall(NAMES.large)
    return shown, head.is_complete, sets, hashes


def is_right(client):
    """Whether a reader would take the index as it is."""
    head = decode(client.get(NAMES.head))
    if head is None:
        return False
    pipe = client.pipeline()
    for command in head.checks(KEY, NAMES):
        pipe.execute_command(*command)
    return head.holds(pipe.execute(raise_on_error=False))


@pytest.mark.parametrize(
    ("limits", "times"),
    [
        ({}, [0, 5, 3, 5, -2, 7, 7, 9, 8, 30]),
        ({"keep_runs": 4}, [0, 5, 3, 5, -2, 7, 7, 9, 8, 30]),
        ({"keep_runs": 1}, [0, 5, 3, 7]),
    ],
)
def test_an_index_from_the_first_run_on_is_what_a_reader_would_build(
    redis_client, built_index, limits, times
):
    recorder = Recorder(redis_client, **limits)
    for n, minutes in enumerate(times):
        run = run_at(minutes, f"run-{n}", passed=n % 3 > 0, triggered_by="cron")
        recorder.record_run(TEST_ID, run)
        assert is_right(redis_client)
        assert content(redis_client) == built_index()


def test_records_too_large_for_lists_are_noted_and_forgotten(redis_client, built_index):
    recorder = Recorder(redis_client, keep_runs=2)
    for n in range(4):
        run = run_at(n + 0.1, f"run-{n}", screenshots="x" * 300_000)
        recorder.record_run(TEST_ID, run)
        assert content(redis_client) == built_index()
    assert redis_client.hlen(NAMES.large) == 2
    assert decode(redis_client.get(NAMES.head)).has_large


def test_two_large_records_that_look_alike_have_no_summary(redis_client, built_index):
    recorder = Recorder(redis_client)
    for name in ("one", "two"):
        recorder.record_run(TEST_ID, run_at(0, name, raw="x" * 300_000))
    assert list(redis_client.hgetall(NAMES.large).values()) == [b""]
    assert content(redis_client) == built_index()


def test_facts_say_what_the_record_says(redis_client):
    steps = [{"step_number": 1, "passed": False, "details": "", "retry_count": 2}]
    run = run_at(0, "one", passed=False, step_results=steps, error="Timeout 31 s")
    Recorder(redis_client).record_run(TEST_ID, run)
    (member,) = redis_client.zrange(KEY, 0, -1)
    found = facts.decode(redis_client.hget(NAMES.facts, "one"))
    assert found == facts.sight(member).facts
    assert (found.failing_step, found.steps[0].retries) == (1, 2)
    assert found.error == facts.error_fingerprint("timeout 7 s")


def foreign_run(client):
    store_run(client, TEST_ID, make_run("foreign"), 1.0)


def lost_head(client):
    client.delete(NAMES.head)


def another_version(client):
    client.set(NAMES.head, b"0 " + client.get(NAMES.head).partition(b" ")[2])


def wrong_type(client):
    client.delete(NAMES.failed)
    client.set(NAMES.failed, "text")


def same_id_without_guard(client):
    client.delete(Keys().recorded(TEST_ID))
    client.zadd(KEY, {to_member(make_run("second", plan="another")): 5.0})


@pytest.mark.parametrize(
    "harm",
    [foreign_run, lost_head, another_version, wrong_type, same_id_without_guard],
)
def test_an_index_that_is_not_right_is_left_to_a_reader(redis_client, harm):
    recorder = Recorder(redis_client)
    recorder.record_run(TEST_ID, run_at(-3, "first"))
    harm(redis_client)
    recorder.record_run(TEST_ID, run_at(-2, "second", passed=False))
    assert not is_right(redis_client)
    window = Window.trailing(720, NOW)
    found = ResultRepository(redis_client).window_runs(TEST_ID, window)
    assert (found.passed, found.failed) == (1, 1)


def test_corrupt_members_are_trimmed_from_the_index_as_well(redis_client, built_index):
    redis_client.zadd(KEY, {b"corrupt": 1.0, b"corrupt, too": 2.0})
    window = Window.trailing(24, NOW)
    recorder = Recorder(redis_client, keep_runs=3)
    recorder.record_run(TEST_ID, run_at(-9, "a"))
    ResultRepository(redis_client).window_runs(TEST_ID, window)
    Builder(redis_client, Keys(), TEST_ID, lambda: None).cover(float("-inf"))
    for n in range(3):
        recorder.record_run(TEST_ID, run_at(n - 8, f"run-{n}"))
        assert is_right(redis_client)
        assert content(redis_client) == built_index()


@pytest.mark.parametrize("way", ["transaction", "steps"])
def test_where_no_script_may_run_a_reader_follows(redis_client, way):
    recorder = recorder_by(way, redis_client)
    recorder.record_run(TEST_ID, run_at(-3, "first"))
    window = Window.trailing(24, NOW)
    repository = ResultRepository(redis_client)
    assert repository.window_runs(TEST_ID, window).passed == 1
    recorder.record_run(TEST_ID, run_at(-2, "second"))
    assert repository.window_runs(TEST_ID, window).passed == 2
    assert is_right(redis_client)


def test_a_reader_of_a_recorded_test_reads_no_record(redis_client):
    recorder = Recorder(redis_client)
    for n in range(3):
        recorder.record_run(TEST_ID, run_at(-n, f"run-{n}"))
    redis_client.config_resetstat()
    window = Window.trailing(24, NOW)
    assert ResultRepository(redis_client).window_runs(TEST_ID, window).passed == 3
    called = redis_client.info("commandstats")
    assert not [name for name in called if "range" in name]


@pytest.mark.parametrize(
    ("minutes", "keeps"), [(30, True), (20, True), (19, False), (-5, False)]
)
def test_only_a_run_that_is_not_older_keeps_the_epoch(redis_client, minutes, keeps):
    """Readers remember what lies before the newest run for as long as it stays."""
    recorder = Recorder(redis_client)
    for n in range(3):
        recorder.record_run(TEST_ID, run_at(10 * n, f"run-{n}"))
    before = decode(redis_client.get(NAMES.head))
    recorder.record_run(TEST_ID, run_at(minutes, "another"))
    after = decode(redis_client.get(NAMES.head))
    assert (after.epoch == before.epoch) is keeps
    assert after.generation != before.generation
    assert not keeps or after.generation == before.next_generation


@pytest.mark.parametrize("oldest", [0, 10])
def test_trimming_keeps_the_epoch(redis_client, oldest):
    recorder = Recorder(redis_client, keep_runs=3)
    for n, minutes in enumerate([0, oldest, 10]):
        recorder.record_run(TEST_ID, run_at(minutes, f"run-{n}"))
    before = decode(redis_client.get(NAMES.head))
    recorder.record_run(TEST_ID, run_at(20, "another"))
    assert decode(redis_client.get(NAMES.head)).epoch == before.epoch
