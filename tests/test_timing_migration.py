"""Legacy timing members: one encoding, nothing lost, nothing guessed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis
from redis.exceptions import WatchError

from results.codec.timing import decode_member
from results.domain import UnreadableKey
from results.keys import Keys
from results.timing_migration import ids_with_timing, migrate_timing
from tests.factories import NOW_SCORE, TEST_ID, make_run, store_run, store_timing
from tests.recording import everything

TIMING = f"timing:{TEST_ID}"
KEYS = Keys()


@pytest.fixture
def migrated(store):
    """Store timing members and records, all at one time; the members afterwards."""

    def migrate(members, runs):
        for run_id, duration_ms in runs:
            record = make_run(run_id, duration_ms=duration_ms)
            store.zadd(f"results:{TEST_ID}", {json.dumps(record): NOW_SCORE})
        store.zadd(TIMING, dict.fromkeys(members, NOW_SCORE))
        report = migrate_timing(store, KEYS, TEST_ID)
        assert report.total == len(members)
        found = {member.decode() for member in store.zrange(TIMING, 0, -1)}
        assert len(found) == len(members)
        assert report.rewritten == len(found - set(members))
        return found

    return migrate


@pytest.mark.parametrize(
    ("member", "run", "expected"),
    [
        ("12340", ("a1b2c3d4", 12340), "12340:a1b2c3d4"),
        ("12340.5", ("a1b2c3d4", 12340.5), "12340.5:a1b2c3d4"),
        ("a1b2c3d4:12340", ("a1b2c3d4", 12340), "12340:a1b2c3d4"),
        ("12e45678:12340", ("12e45678", 12340), "12340:12e45678"),
        # The id says whose it is, also where the record was rounded.
        ("a1b2c3d4:12340.5", ("a1b2c3d4", 12341), "12340.5:a1b2c3d4"),
        # Digits on both sides: the record says which are the id.
        ("12345678:500", ("12345678", 500), "500:12345678"),
        ("1234:500", ("1234", 500), "500:1234"),
        ("500:1234", ("1234", 500), "500:1234"),
        # In our order, and yet read the other way round.
        ("12345678:1234", ("1234", 12345678), "12345678.0:1234"),
        ("500:12.5", ("12.5", 500), "500.0:12.5"),
    ],
)
def test_a_member_gets_the_id_of_its_run(migrated, member, run, expected):
    assert migrated([member], [run, ("other", 1)]) == {expected}
    assert decode_member(expected.encode(), 0).run_id == run[0]


@pytest.mark.parametrize(
    ("members", "runs"),
    [
        # In order already, whether or not the run is there.
        (["12340:a1b2c3d4"], []),
        (["12340:12345678"], []),
        # No such run, or none that took so long.
        (["12340"], [("a1b2c3d4", 12341)]),
        (["a1b2c3d4:12340"], [("other", 12340)]),
        (["12345678:500"], [("other", 500)]),
        # Two runs took so long, and one member is left of both.
        (["12340"], [("one", 12340), ("two", 12340)]),
        # The run has its own point.
        (["12340", "12340:one"], [("one", 12340)]),
        # Both halves are ids of runs.
        (["1234:5678"], [("1234", 1), ("5678", 1)]),
        # The new member is there already, and two would become one.
        (["one:12340", "12340:one"], [("one", 12340)]),
        # No id that can be told from a duration.
        (["500"], [("nan", 500)]),
        (["500"], [("-5", 500)]),
        (["500"], [("a:b", 500)]),
        # Not to be read at all.
        (["12340:nan", "", "text", b"\xff:1".decode("latin-1"), "1e5"], [("1e5", 1)]),
    ],
)
def test_what_belongs_to_no_single_run_stays(migrated, members, runs):
    assert migrated(members, runs) == set(members)


def test_of_two_runs_that_took_equally_long_the_one_without_a_point_is_meant(migrated):
    runs = [("one", 12340), ("two", 12340)]
    assert migrated(["12340", "one:12340"], runs) == {"12340:one", "12340:two"}


def test_a_new_member_may_look_as_another_one_did(store):
    runs = {"1234": (77, NOW_SCORE), "77": (1234, NOW_SCORE - 60)}
    for run_id, (duration_ms, score) in runs.items():
        store_run(store, TEST_ID, make_run(run_id, duration_ms=duration_ms), score)
    store.delete(TIMING)
    store_timing(store, TEST_ID, "77", NOW_SCORE)
    store_timing(store, TEST_ID, "77:1234", NOW_SCORE - 60)
    migrate_timing(store, KEYS, TEST_ID)
    assert store.zrange(TIMING, 0, -1, withscores=True) == [
        (b"1234:77", NOW_SCORE - 60),
        (b"77:1234", NOW_SCORE),
    ]


def test_both_halves_may_be_ids_when_one_duration_agrees(migrated):
    runs = [("1234", 5678), ("5678", 1)]
    assert migrated(["1234:5678"], runs) == {"5678:1234"}


def test_the_score_stays_and_decides(store):
    for run_id, score in (("early", NOW_SCORE - 0.25), ("late", NOW_SCORE)):
        store_run(store, TEST_ID, make_run(run_id), score)
    store.delete(TIMING)
    store_timing(store, TEST_ID, "12340", NOW_SCORE - 0.25)
    migrate_timing(store, KEYS, TEST_ID)
    assert store.zrange(TIMING, 0, -1, withscores=True) == [
        (b"12340:early", NOW_SCORE - 0.25)
    ]


def test_an_id_is_known_at_another_time_as_well(store):
    store_run(store, TEST_ID, make_run(), NOW_SCORE)
    store.delete(TIMING)
    store_timing(store, TEST_ID, "a1b2c3d4:12340", NOW_SCORE + 0.001)
    migrate_timing(store, KEYS, TEST_ID)
    assert store.zrange(TIMING, 0, -1, withscores=True) == [
        (b"12340:a1b2c3d4", NOW_SCORE + 0.001)
    ]


def test_corrupt_records_are_no_runs_and_points_are_not_invented(store):
    results = f"results:{TEST_ID}"
    store.zadd(results, {b"\xff": NOW_SCORE, '{"run_id": "one"}': NOW_SCORE})
    for member in (make_run("two", duration_ms="12340"), make_run("three")):
        store.zadd(results, {json.dumps(member): NOW_SCORE})
    store_timing(store, TEST_ID, "1", NOW_SCORE)
    report = migrate_timing(store, KEYS, TEST_ID)
    assert (report.total, report.kept, report.rewritten) == (1, 1, 0)
    assert store.zrange(TIMING, 0, -1) == [b"1"]


def test_a_dry_run_says_the_same_and_writes_nothing(store):
    for number in range(120):
        store_run(store, TEST_ID, make_run(f"run-{number}"), NOW_SCORE + number)
        store.zrem(TIMING, f"12340:run-{number}")
        store_timing(store, TEST_ID, f"run-{number}:12340", NOW_SCORE + number)
    before = everything(store)
    planned = migrate_timing(store, KEYS, TEST_ID, dry_run=True)
    assert everything(store) == before
    assert migrate_timing(store, KEYS, TEST_ID) == planned
    assert (planned.total, planned.rewritten) == (120, 120)


@pytest.mark.parametrize("key", [TIMING, f"results:{TEST_ID}"])
def test_a_key_of_another_type_is_left_as_it_is(store, key):
    store.set(key, "text")
    with pytest.raises(UnreadableKey, match=f"^{key} is a string"):
        migrate_timing(store, KEYS, TEST_ID)


ENCODINGS = ("{duration}:{run_id}", "{run_id}:{duration}", "{duration}")
RUNS = st.lists(
    st.tuples(
        st.sampled_from(["12345678", "a1b2c3d4", "1234", "12e45678", "77", "500"]),
        st.sampled_from([77, 500, 1234, 12_345_678]),
        st.integers(0, 2),
        st.sampled_from(ENCODINGS),
    ),
    max_size=6,
    unique_by=lambda run: run[0],
)


@given(RUNS)
def test_any_history_keeps_its_points_and_never_gets_a_wrong_id(server_client, runs):
    server_client.flushdb()
    took, stored = {}, {}
    for run_id, duration_ms, minute, encoding in runs:
        score = NOW_SCORE + 60 * minute
        store_run(
            server_client, TEST_ID, make_run(run_id, duration_ms=duration_ms), score
        )
        took[run_id] = (duration_ms, score)
        stored[encoding.format(duration=duration_ms, run_id=run_id)] = score
    server_client.delete(TIMING)
    if stored:
        server_client.zadd(TIMING, stored)
    report = migrate_timing(server_client, KEYS, TEST_ID)
    after = server_client.zrange(TIMING, 0, -1, withscores=True)
    assert len(after) == report.total == len(stored)
    assert sorted(score for _, score in after) == sorted(stored.values())
    for member, score in after:
        if member.decode() not in stored:
            point = decode_member(member, score)
            assert took[point.run_id] == (point.duration_ms, score)
    again = migrate_timing(server_client, KEYS, TEST_ID)
    assert again.rewritten == 0
    assert server_client.zrange(TIMING, 0, -1, withscores=True) == after


class Interrupted(Redis):
    """A client whose every transaction is preceded by a writer's point."""

    times = 0
    limit = 1

    def pipeline(self, *args, **kwargs):
        pipe = super().pipeline(*args, **kwargs)
        original = pipe.execute

        def execute(*args, **kwargs):
            self.times += 1
            if self.times <= self.limit:
                self.zadd(TIMING, {f"{self.times}:new": NOW_SCORE})
            return original(*args, **kwargs)

        pipe.execute = execute
        return pipe


def test_a_point_that_arrives_meanwhile_is_not_lost(server_url, redis_client):
    store_run(redis_client, TEST_ID, make_run())
    store_timing(redis_client, TEST_ID, "a1b2c3d4:999", NOW_SCORE)
    with Interrupted.from_url(server_url) as client:
        assert migrate_timing(client, KEYS, TEST_ID).rewritten == 1
    assert set(redis_client.zrange(TIMING, 0, -1)) == {
        b"12340:a1b2c3d4",
        b"999:a1b2c3d4",
        b"1:new",
    }


def test_a_writer_that_never_pauses_ends_the_attempt(server_url, redis_client):
    store_run(redis_client, TEST_ID, make_run())
    store_timing(redis_client, TEST_ID, "a1b2c3d4:999", NOW_SCORE)
    with Interrupted.from_url(server_url) as client:
        client.limit = 1000
        with pytest.raises(WatchError, match=TIMING):
            migrate_timing(client, KEYS, TEST_ID)
    assert redis_client.zscore(TIMING, "a1b2c3d4:999") == NOW_SCORE


def test_all_tests_are_those_with_timing_under_the_very_prefix(store):
    for key in ("[a]timing:one", "[a]timing:t.w.o", "atiming:three", "timing:four"):
        store.zadd(key, {"1": 1})
    assert ids_with_timing(store, Keys("[a]")) == ["one"]
    assert ids_with_timing(store, Keys()) == ["four"]
