"""What a process remembers of timelines is never wrong, and saves trips."""

from datetime import timedelta

import pytest

from results.analysis.ranges import TimeRange
from results.domain import UnknownTest, UnknownTests
from results.keys import Keys
from results.recorder import Recorder
from results.repository import ResultRepository, recalling
from results.run_index.head import decode
from results.run_index.remembered import Memories
from results.run_index.use import IndexUse
from tests.factories import (
    HOUR,
    NOW,
    NOW_SCORE,
    TEST_ID,
    ago,
    make_run,
    store_runs,
    store_test,
)
from tests.recording import run_at

KEY = f"results:{TEST_ID}"
NAMES = Keys().index(TEST_ID)
RANGES = [
    *(TimeRange.trailing(timedelta(hours=n), NOW) for n in (1, 24, 2160)),
    TimeRange.between(None, None, NOW),
    TimeRange.between(NOW - timedelta(hours=8), NOW - timedelta(hours=1), NOW),
    TimeRange.between(None, NOW - timedelta(hours=2), NOW),
]


@pytest.fixture(autouse=True, params=["in full", "briefly"])
def is_brief(request, monkeypatch):
    """Whether questions are as brief as those about many tests."""
    if request.param == "briefly":
        monkeypatch.setattr(recalling, "FEW", 0)
    return request.param == "briefly"


def head_of(client):
    return decode(client.get(NAMES.head))


def fill(client, count=200, test_id=TEST_ID):
    store_test(client, test_id, schedule="0 * * * *")
    runs = [(make_run(f"r{n}", n % 9 > 0), ago(hours=n)) for n in range(count)]
    store_runs(client, test_id, runs)


def told(found):
    return found.test_id, found.counts, found.newest, found.timeline.spans


def indexed(client):
    return ResultRepository(client, index=IndexUse())


def test_a_known_timeline_takes_one_trip(redis_client, trips):
    fill(redis_client)
    repository = indexed(redis_client)
    first = repository.timeline(TEST_ID, NOW, RANGES)
    trips.clear()
    assert told(repository.timeline(TEST_ID, NOW, RANGES)) == told(first)
    assert len(trips) == 1
    repository.timeline(TEST_ID, NOW)
    assert len(trips) == 2


def test_a_run_that_the_recorder_adds_costs_no_trip(
    redis_client, recorder, trips, is_brief
):
    fill(redis_client)
    repository = indexed(redis_client)
    before = repository.timeline(TEST_ID, NOW)
    recorder.record_run(TEST_ID, run_at(3, "new"))
    trips.clear()
    found = repository.timeline(TEST_ID, NOW)
    assert len(trips) == 1 + is_brief
    assert found.timeline.newest.last_id == "new"
    assert len(found.timeline.spans) == len(before.timeline.spans) + 1


def test_a_run_of_a_foreign_writer_does_not_read_the_history_again(redis_client, trips):
    fill(redis_client)
    repository = indexed(redis_client)
    repository.timeline(TEST_ID, NOW)
    redis_client.config_resetstat()
    store_runs(redis_client, TEST_ID, [(make_run("new"), NOW_SCORE + 1)])
    assert repository.timeline(TEST_ID, NOW).timeline.newest.last_id == "new"
    read = redis_client.info("commandstats")
    looked = {"cmdstat_zrangebyscore", "cmdstat_zrevrangebyscore", "cmdstat_zrange"}
    assert "cmdstat_exec" in read and looked & read.keys()
    assert (
        repository.index.memories.get(NAMES.head).epoch == head_of(redis_client).epoch
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda client: client.zremrangebyrank(KEY, 0, 20),
        lambda client: client.zremrangebyrank(KEY, 80, 90),
        lambda client: client.delete(KEY),
        lambda client: client.delete(*NAMES),
        lambda client: client.delete(NAMES.passed),
        lambda client: store_runs(
            client, TEST_ID, [(make_run("x", False), ago(hours=9.5))]
        ),
        lambda client: store_runs(
            client, TEST_ID, [(make_run("r50", False), NOW_SCORE)]
        ),
        lambda client: store_runs(client, TEST_ID, [(make_run("z"), NOW_SCORE + 400)]),
        lambda client: client.hset(f"test:{TEST_ID}", "schedule", "0 3 * * *"),
        lambda client: client.hset(f"test:{TEST_ID}", "schedule", "bad"),
        lambda client: client.hset(f"test:{TEST_ID}", "schedule", "* * * * *"),
    ],
)
def test_what_is_remembered_never_makes_an_answer_wrong(redis_client, change):
    fill(redis_client)
    repository = indexed(redis_client)
    without = ResultRepository(redis_client, index=IndexUse("off"))
    repository.timeline(TEST_ID, NOW)
    change(redis_client)
    for _again in range(2):
        assert figures(repository) == figures(without)


def figures(repository, hours=0):
    now = NOW + timedelta(hours=hours)
    found = repository.timeline(TEST_ID, now, RANGES)
    line = found.timeline
    moments = [now - timedelta(hours=n) for n in range(0, 210, 7)]
    states = [line.states(moment, now) for moment in moments]
    runs = sum(span.runs for span in line.spans)
    return found.counts, found.newest, line.expected, runs, line.oldest, states


def test_many_timelines_take_one_trip(redis_client, trips):
    ids = [f"test-{n}" for n in range(30)]
    for test_id in ids[:20]:
        fill(redis_client, 30, test_id)
    for test_id in ids[20:]:
        store_test(redis_client, test_id)
    repository = indexed(redis_client)
    first = repository.timelines(ids, NOW, RANGES)
    trips.clear()
    again = repository.timelines(ids, NOW, RANGES)
    assert len(trips) == 1
    assert [told(found) for found in again] == [told(found) for found in first]
    assert [found.test_id for found in first] == sorted(ids)


def test_a_run_in_the_future_counts_once_it_is_time(redis_client):
    fill(redis_client, 20)
    store_runs(redis_client, TEST_ID, [(make_run("next", False), NOW_SCORE + 900)])
    repository = indexed(redis_client)
    for later, newest in ((0, "r0"), (599, "r0"), (600, "next"), (0, "r0")):
        found = repository.timeline(TEST_ID, NOW + timedelta(seconds=later))
        assert found.timeline.newest.last_id == newest


def test_the_least_used_memories_go(redis_client):
    ids = [f"test-{n}" for n in range(5)]
    for test_id in ids:
        fill(redis_client, 40, test_id)
    repository = indexed(redis_client)
    repository.index.memories = Memories(most_spans=110)
    expected = repository.timelines(ids, NOW)
    kept = [repository.index.memories.get(repository.keys.index(i).head) for i in ids]
    assert kept[0] is None and kept[-1] is not None
    again = repository.timelines(ids, NOW)
    assert [told(found) for found in again] == [told(found) for found in expected]


@pytest.mark.parametrize("passed", [True, False])
def test_runs_that_are_trimmed_cost_a_trip_at_most(
    redis_client, trips, passed, is_brief
):
    store_test(redis_client, schedule="0 * * * *")
    recorder = Recorder(redis_client, keep_runs=30)
    repository = indexed(redis_client)
    without = ResultRepository(redis_client, index=IndexUse("off"))
    for n in range(70):
        # Outcomes change, two runs share a time, and some gaps are long.
        at = 60 * (n - n % 7 % 2 + n // 20 * 9)
        recorder.record_run(TEST_ID, run_at(at, f"r{n}", (n % 5 > 1) is passed))
        trips.clear()
        found = figures(repository, hours=90)
        # With other ends the counts have to be asked for anew.
        assert n < 1 or len(trips) == (1 if n < 30 and not is_brief else 2)
        assert found == figures(without, hours=90)


def test_runs_that_a_foreign_writer_trims_are_not_read_again(redis_client):
    fill(redis_client)
    repository = indexed(redis_client)
    without = ResultRepository(redis_client, index=IndexUse("off"))
    repository.timeline(TEST_ID, NOW)
    epoch = head_of(redis_client).epoch
    for n in range(30):
        store_runs(redis_client, TEST_ID, [(make_run(f"n{n}"), NOW_SCORE + n)])
        redis_client.zremrangebyrank(KEY, 0, n % 3)
        assert figures(repository) == figures(without)
    assert head_of(redis_client).epoch == epoch


def same_as_without(repository, client):
    without = ResultRepository(client, index=IndexUse("off"))
    return figures(repository) == figures(without)


def test_a_history_that_loses_all_but_its_newest_run_is_cut_to_it(redis_client):
    fill(redis_client, 20)
    repository = indexed(redis_client)
    repository.timeline(TEST_ID, NOW)
    redis_client.zremrangebyrank(KEY, 0, -2)
    assert same_as_without(repository, redis_client)


def test_of_runs_of_one_time_another_than_the_first_may_be_trimmed(redis_client):
    """Redis orders them by what is stored, the model by their ids."""
    fill(redis_client, 20)
    oldest = NOW_SCORE - 30 * HOUR
    first, last = (
        b'{"passed": false, "run_id": "z"}',
        b'{"run_id": "a", "passed": true}',
    )
    store_runs(redis_client, TEST_ID, [(first, oldest), (last, oldest)])
    repository = indexed(redis_client)
    repository.timeline(TEST_ID, NOW)
    redis_client.zremrangebyrank(KEY, 0, 0)
    assert same_as_without(repository, redis_client)


def test_a_late_run_of_the_recorder_is_on_the_timeline(redis_client, recorder):
    fill(redis_client)
    repository = indexed(redis_client)
    repository.timeline(TEST_ID, NOW)
    recorder.record_run(TEST_ID, run_at(-90, "late", passed=False))
    assert same_as_without(repository, redis_client)


def test_a_right_that_is_taken_away_leaves_the_records(redis_client, reading_client):
    fill(redis_client)
    indexed(redis_client).timeline(TEST_ID, NOW)
    repository = ResultRepository(reading_client, index=IndexUse())
    repository.timeline(TEST_ID, NOW)
    redis_client.execute_command("ACL", "SETUSER", "reading", "-zcount")
    assert same_as_without(repository, redis_client)
    assert not repository.index.is_usable


@pytest.mark.parametrize(
    ("name", "value"), [("recalling.LOOKS", 1), ("learning.decode", lambda _raw: None)]
)
def test_a_history_that_changes_faster_than_it_is_read_is_scanned(
    redis_client, monkeypatch, name, value
):
    fill(redis_client)
    monkeypatch.setattr(f"results.repository.{name}", value)
    assert same_as_without(indexed(redis_client), redis_client)


def test_a_test_that_is_deleted_after_it_was_read_is_unknown(redis_client):
    repository = indexed(redis_client)
    for test_id in (TEST_ID, "kept"):
        fill(redis_client, 20, test_id)
    repository.timelines([TEST_ID, "kept"], NOW)
    redis_client.delete(f"test:{TEST_ID}", KEY)
    for _again in range(2):
        with pytest.raises(UnknownTests) as raised:
            repository.timelines([TEST_ID, "kept"], NOW)
        assert raised.value.args == (TEST_ID,)
        with pytest.raises(UnknownTest):
            repository.timeline(TEST_ID, NOW)
    store_test(redis_client)
    assert repository.timeline(TEST_ID, NOW).timeline.spans == ()


def test_a_brief_question_does_not_ask_for_the_newest_runs(redis_client, is_brief):
    fill(redis_client)
    repository = indexed(redis_client)
    for _until_remembered in range(2):
        repository.timeline(TEST_ID, NOW, RANGES)
    redis_client.config_resetstat()
    found = repository.timeline(TEST_ID, NOW, RANGES)
    asked = redis_client.info("commandstats")
    assert ("cmdstat_zrangebyscore" in asked) is not is_brief
    redis_client.delete(*NAMES)
    assert told(found) == told(indexed(redis_client).timeline(TEST_ID, NOW, RANGES))


def test_a_run_of_the_future_is_not_remembered_as_seen(redis_client):
    fill(redis_client, 20)
    store_runs(redis_client, TEST_ID, [(make_run("next", False), NOW_SCORE + 900)])
    repository = indexed(redis_client)
    for _until_remembered in range(3):
        repository.timeline(TEST_ID, NOW)
    later = repository.timeline(TEST_ID, NOW + timedelta(seconds=900))
    assert later.timeline.newest.last_id == "next"
