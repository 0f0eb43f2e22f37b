"""Only the newest are kept, and what goes, goes everywhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.keys import Keys
from results.recorder import Recorded, Recorder
from tests.factories import NOW_SCORE, TEST_ID, make_incident
from tests.recording import WAYS, everything, recorder_by, run_at, stored_ids

RESULTS, TIMING = f"results:{TEST_ID}", f"timing:{TEST_ID}"


@pytest.fixture(params=WAYS)
def limited(request, store):
    return recorder_by(request.param, store, keep_runs=3, keep_incidents=2)


def test_the_oldest_runs_go_with_their_points_and_guards(limited, store):
    for minute in range(5):
        limited.record_run(TEST_ID, run_at(minute, f"run-{minute}"))
    kept = ["run-2", "run-3", "run-4"]
    assert stored_ids(store) == (kept, kept, set(kept))


def test_a_run_older_than_all_that_is_kept_leaves_no_trace(limited, store):
    for minute in range(3):
        limited.record_run(TEST_ID, run_at(minute, f"run-{minute}"))
    before = everything(store)
    late = run_at(-1, "late", passed=False)
    assert limited.record_run(TEST_ID, late) is Recorded.TOO_OLD
    assert limited.record_run(TEST_ID, late) is Recorded.TOO_OLD
    assert everything(store) == before


def test_a_late_run_within_the_limit_displaces_the_oldest(limited, store):
    for minute in (0, 2, 3):
        limited.record_run(TEST_ID, run_at(minute, f"run-{minute}"))
    assert limited.record_run(TEST_ID, run_at(1, "late")) is Recorded.NEW
    assert stored_ids(store)[0] == ["late", "run-2", "run-3"]


def test_a_repeat_within_the_limit_is_still_a_repeat(limited):
    for minute in range(5):
        limited.record_run(TEST_ID, run_at(minute, f"run-{minute}"))
    assert limited.record_run(TEST_ID, run_at(2, "run-2")) is Recorded.REPEAT
    assert limited.record_run(TEST_ID, run_at(1, "run-1")) is Recorded.TOO_OLD


def test_the_newest_incidents_are_kept(limited, store):
    store.lpush(f"incidents:{TEST_ID}", json.dumps(make_incident("before")))
    for minute in range(3):
        limited.record_run(TEST_ID, run_at(minute, f"run-{minute}", passed=False))
    incidents = map(json.loads, store.lrange(f"incidents:{TEST_ID}", 0, -1))
    assert [incident["run_id"] for incident in incidents] == ["run-2", "run-1"]


def test_what_a_foreign_writer_left_is_trimmed_all_the_same(limited, store):
    odd = [b"no JSON", b"\xff\xfe", b'{"run_id": 7}', b"[1]", b'{"passed": true}']
    store.zadd(RESULTS, {member: i for i, member in enumerate(odd)})
    store.zadd(TIMING, {"100": 1, "200": 2, "300": 3, "400": 4})
    store.zadd(RESULTS, {'{"run_id": "swapped"}': 9})
    store.zadd(TIMING, {"swapped:500": 9, "other:500": 9})
    for minute in range(3):
        limited.record_run(TEST_ID, run_at(minute, f"run-{minute}"))
    kept = ["run-0", "run-1", "run-2"]
    assert stored_ids(store) == (kept, kept, set(kept))


def test_a_limit_set_late_trims_more_than_one_chunk(store):
    Recorder(store).record_runs(
        TEST_ID, [run_at(minute, f"run-{minute}") for minute in range(250)]
    )
    last = run_at(250, "last")
    assert Recorder(store, keep_runs=2).record_run(TEST_ID, last) is Recorded.NEW
    kept = ["run-249", "last"]
    assert stored_ids(store) == (kept, kept, set(kept))


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "7"])
@pytest.mark.parametrize("name", ["keep_runs", "keep_incidents", "keep_events"])
def test_a_limit_is_a_whole_number_of_one_or_more(store, name, limit):
    with pytest.raises(ValueError, match=f"^{name} must be"):
        Recorder(store, **{name: limit})


OPERATIONS = st.lists(st.integers(min_value=0, max_value=11), max_size=40)


def numbered_run(number):
    """Twelve runs at six times, so that every run shares its time with another."""
    return run_at(number // 2, f"run-{number:02}", passed=number % 3 > 0)


@given(OPERATIONS, st.integers(min_value=1, max_value=6))
def test_all_ways_keep_the_newest_in_any_order_of_arrival(
    server_client, numbers, keep_runs
):
    stores = []
    for way in WAYS:
        server_client.flushdb()
        recorder = recorder_by(way, server_client, keep_runs=keep_runs)
        expected: list[int] = []
        answers = []
        for number in numbers:
            answers.append(recorder.record_run(TEST_ID, numbered_run(number)))
            # By time, then by text, which is by number here.
            expected = sorted({*expected, number})[-keep_runs:]
            ids = [f"run-{number:02}" for number in expected]
            assert stored_ids(server_client) == (ids, ids, set(ids))
        stores.append((answers, everything(server_client)))
    assert stores[0] == stores[1] == stores[2]


def test_a_score_shared_with_the_oldest_is_decided_by_the_text(limited, store):
    store.zadd(RESULTS, {'{"run_id":"m"}': NOW_SCORE, '{"run_id":"p"}': NOW_SCORE})
    store.zadd(RESULTS, {'{"run_id":"q"}': NOW_SCORE})
    assert limited.record_run(TEST_ID, run_at(0, "a")) is Recorded.TOO_OLD
    assert limited.record_run(TEST_ID, run_at(0, "n")) is Recorded.NEW
    assert stored_ids(store)[0] == ["n", "p", "q"]
    assert store.hkeys(Keys().recorded(TEST_ID)) == [b"n"]
