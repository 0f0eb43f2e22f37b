"""Recording runs: what is stored, once, whatever happens in between."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from results.domain import UnreadableKey
from results.keys import Keys
from results.recorder import Recorded, Recorder, RunConflict
from tests.factories import NOW, NOW_SCORE, RUN_ID, TEST_ID, iso, make_run
from tests.recording import WAYS, everything, recorder_by, run_at, stored_ids

RESULTS, TIMING = f"results:{TEST_ID}", f"timing:{TEST_ID}"
INCIDENTS, TEST = f"incidents:{TEST_ID}", f"test:{TEST_ID}"
GUARD = Keys().recorded(TEST_ID)


@pytest.fixture(params=WAYS)
def recorder(request, store):
    return recorder_by(request.param, store)


def test_a_run_is_written_to_every_key_of_the_contract(recorder, store):
    assert recorder.record_run(TEST_ID, make_run()) is Recorded.NEW
    [(member, score)] = store.zrange(RESULTS, 0, -1, withscores=True)
    assert (json.loads(member), score) == (make_run(), NOW_SCORE)
    assert store.zrange(TIMING, 0, -1, withscores=True) == [
        (b"12340:a1b2c3d4", NOW_SCORE)
    ]
    assert store.hgetall(TEST) == {
        b"last_result": b"passed",
        b"last_run_at": b"2026-02-16T12:00:00Z",
    }
    assert store.hkeys(GUARD) == [RUN_ID.encode()]
    assert not store.exists(INCIDENTS)


def test_a_failed_run_becomes_the_newest_incident(recorder, store):
    recorder.record_run(TEST_ID, run_at(0, "first", passed=False))
    recorder.record_run(TEST_ID, run_at(1, "second", passed=False), alert_sent=True)
    newest, oldest = map(json.loads, store.lrange(INCIDENTS, 0, -1))
    assert newest == {
        "run_id": "second",
        "test_id": TEST_ID,
        "error": "Step 3 failed: button not found",
        "details": "2 of 3 steps passed.",
        "started_at": iso(NOW_SCORE + 60),
        "alert_sent": True,
    }
    assert (oldest["run_id"], oldest["alert_sent"]) == ("first", False)
    assert store.hget(TEST, "last_result") == b"failed"


def test_equal_durations_of_two_runs_both_stay(recorder, store):
    recorder.record_run(TEST_ID, run_at(0, "one"))
    recorder.record_run(TEST_ID, run_at(0, "two"))
    assert store.zrange(TIMING, 0, -1) == [b"12340:one", b"12340:two"]


def test_recording_again_changes_nothing(recorder, store):
    failed = make_run(passed=False)
    recorder.record_run(TEST_ID, failed)
    before = everything(store)
    assert recorder.record_run(TEST_ID, failed, alert_sent=True) is Recorded.REPEAT
    reordered = dict(reversed(failed.items()))
    assert recorder.record_run(TEST_ID, reordered) is Recorded.REPEAT
    assert everything(store) == before


def test_the_same_id_with_another_content_is_a_conflict(recorder, store):
    recorder.record_run(TEST_ID, make_run())
    before = everything(store)
    with pytest.raises(RunConflict, match=f"{RUN_ID} of test {TEST_ID}") as conflict:
        recorder.record_run(TEST_ID, make_run(details="Something else."))
    assert (conflict.value.test_id, conflict.value.run_id) == (TEST_ID, RUN_ID)
    assert everything(store) == before


def test_an_older_run_does_not_become_the_latest_state(recorder, store):
    recorder.record_run(TEST_ID, run_at(0, "newest"))
    recorder.record_run(TEST_ID, run_at(-1, "late", passed=False))
    assert store.hget(TEST, "last_result") == b"passed"
    assert store.hget(TEST, "last_run_at") == iso(NOW_SCORE).encode()
    recorder.record_run(TEST_ID, run_at(0, "as-new", passed=False))
    assert store.hget(TEST, "last_result") == b"failed"


def test_an_older_run_counts_as_older_by_a_microsecond(recorder, store):
    recorder.record_run(TEST_ID, make_run(started_at="2026-02-16T12:00:00.000002Z"))
    recorder.record_run(
        TEST_ID,
        make_run("late", passed=False, started_at="2026-02-16T12:00:00.000001Z"),
    )
    assert store.hgetall(TEST) == {
        b"last_result": b"passed",
        b"last_run_at": b"2026-02-16T12:00:00.000002Z",
    }


def test_a_members_score_is_the_start_with_its_fraction(recorder, store):
    started = NOW + timedelta(microseconds=250_001)
    recorder.record_run(TEST_ID, make_run(started_at=started, completed_at=None))
    [(member, score)] = store.zrange(RESULTS, 0, -1, withscores=True)
    assert score == started.timestamp()
    assert json.loads(member)["started_at"] == "2026-02-16T12:00:00.250001Z"


def test_times_given_as_text_are_stored_as_they_are(recorder, store):
    text = "2026-02-16T13:00:00.10+01:00"
    recorder.record_run(TEST_ID, make_run(started_at=text))
    [(member, score)] = store.zrange(RESULTS, 0, -1, withscores=True)
    assert json.loads(member)["started_at"] == text
    assert score == NOW_SCORE + 0.1
    assert store.hget(TEST, "last_run_at") == b"2026-02-16T12:00:00.100000Z"


def test_a_run_needs_four_fields_and_keeps_all_further_ones(recorder, repository):
    run = {
        "run_id": "0.1-b_C",
        "passed": False,
        "duration_ms": 0.5,
        "started_at": NOW,
        "plan": {"steps": [{"n": 1, "ratio": 0.25, "skipped": None}]},
        "tags": ("a", "b"),
        "note": "café \U0001f600 \ud83d\ude00 \ud800",
    }
    recorder.record_run(TEST_ID, run)
    [stored] = repository.runs(TEST_ID)
    assert stored.fields["steps_total"] is None
    assert stored.fields["duration_ms"] == 0.5
    assert stored.fields["redacted"] is True
    recorder.save_test(TEST_ID)
    [stored] = repository.runs(TEST_ID)
    assert stored.fields["plan"] == run["plan"]
    assert stored.fields["tags"] == ["a", "b"]
    assert stored.fields["note"] == "café \U0001f600 \U0001f600 �"


@pytest.mark.parametrize(
    ("duration_ms", "run_id"),
    [
        (12340, "12345678"),
        (12340, "12e45678"),
        (12_345_678, "1234567"),
        (123_456, "1739527200.123"),
        (0, "0"),
        (1e-5, "a1b2c3d4"),
        (2**53, "9" * 64),
    ],
)
def test_the_reader_tells_the_duration_from_the_run_id(
    recorder, repository, duration_ms, run_id
):
    recorder.record_run(TEST_ID, make_run(run_id, duration_ms=duration_ms))
    [point] = repository.timing(TEST_ID)
    assert (point.duration_ms, point.run_id) == (duration_ms, run_id)


@pytest.mark.parametrize("key", [RESULTS, TIMING, TEST, INCIDENTS, GUARD])
def test_a_key_of_another_type_stops_everything(recorder, store, key):
    store.set(key, "not what the contract says")
    before = everything(store)
    with pytest.raises(UnreadableKey) as error:
        recorder.record_run(TEST_ID, make_run(passed=False))
    assert str(error.value) == f"{key} is a string: nothing was written"
    assert everything(store) == before


def test_a_run_survives_the_loss_of_the_guard(recorder, store):
    recorder.record_run(TEST_ID, make_run(passed=False))
    store.delete(GUARD)
    before = everything(store)
    assert recorder.record_run(TEST_ID, make_run(passed=False)) is Recorded.REPEAT
    assert everything(store) == before


def test_runs_of_a_deleted_test_can_be_recorded_anew(recorder, store):
    recorder.record_run(TEST_ID, run_at(0, "one"))
    recorder.record_run(TEST_ID, run_at(1, "two"))
    store.delete(RESULTS, TIMING, INCIDENTS, TEST)
    assert recorder.record_run(TEST_ID, run_at(0, "one")) is Recorded.NEW
    assert recorder.record_run(TEST_ID, run_at(1, "two")) is Recorded.NEW
    assert stored_ids(store) == (["one", "two"], ["one", "two"], {"one", "two"})


def test_tests_do_not_share_run_ids(recorder, store):
    recorder.record_run(TEST_ID, make_run())
    assert recorder.record_run("other", make_run(test_id="other")) is Recorded.NEW
    assert store.zcard("results:other") == 1


@pytest.mark.parametrize("way", WAYS)
def test_every_key_has_the_prefix(store, way):
    recorder = recorder_by(way, store, prefix="site:")
    recorder.record_run(TEST_ID, make_run(passed=False))
    recorder.log_event(TEST_ID, "error", "Broken.")
    recorder.save_test(TEST_ID, alert_webhook="https://hooks.example.com/secret")
    keys = store.keys()
    index = {key for key in keys if key.decode() in Keys("site:").index(TEST_ID)}
    assert len(keys) - len(index) == 8
    assert all(key.startswith(b"site:") for key in keys)


def test_a_recorder_by_url_takes_a_prefix_and_limits(server_url, redis_client):
    with Recorder.from_url(server_url, "site:", keep_runs=1) as recorder:
        recorder.record_runs(TEST_ID, [run_at(0, "one"), run_at(1, "two")])
    assert redis_client.zcard(f"site:{RESULTS}") == 1


def test_a_client_that_decodes_is_refused(server_url):
    from redis import Redis

    with Redis.from_url(server_url, decode_responses=True) as client:
        with pytest.raises(ValueError, match="client must return bytes"):
            Recorder(client)


def test_an_aware_time_of_any_zone_is_stored_in_utc(recorder, store):
    zone = timezone(timedelta(hours=-5))
    started = datetime(2026, 2, 16, 7, 0, tzinfo=zone)
    recorder.record_run(TEST_ID, make_run(started_at=started))
    assert store.hget(TEST, "last_run_at") == b"2026-02-16T12:00:00Z"
