"""A dump moved to now: scores, times as they are written, stream ids."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.dump import BadDump, load_keys, shifted_to
from tests.dumps import keys_of
from tests.factories import NOW, NOW_SCORE, TEST_ID, iso


def with_run(*rows):
    """The rows of a dump whose newest run is of `NOW`."""
    return keys_of((f"results:{TEST_ID}", "zset", [["no JSON", NOW_SCORE]]), *rows)


def moved(*rows):
    """The rows an hour later: there the newest run is a minute old."""
    keys = shifted_to(NOW + timedelta(hours=1, minutes=1), with_run(*rows))
    return [key.value for key in keys[1:]]


def test_the_newest_run_of_all_tests_becomes_a_minute_old():
    now = NOW + timedelta(seconds=30, microseconds=250_000)
    keys = keys_of(
        ("results:a", "zset", [["x", 1000.25], ["y", 2000.125]]),
        ("results:b", "zset", [["z", 3000.5]]),
        ("timing:a", "zset", [["100:x", 1000.25], ["300", 9000.0]]),
    )
    a, b, timing = (key.value for key in shifted_to(now, keys))
    # By whole seconds, so the age is a minute and less than a second.
    assert b == [("z", NOW_SCORE - 30.5)]
    assert a == [("x", NOW_SCORE - 30.5 - 2000.25), ("y", NOW_SCORE - 30.5 - 1000.375)]
    assert timing == [("100:x", a[0][1]), ("300", b[0][1] + 5999.5)]


def test_without_a_run_there_is_nothing_to_shift_by():
    keys = keys_of(("timing:a", "zset", [["100", 1.0]]), ("results:a", "set", ["x"]))
    with pytest.raises(BadDump, match="no run in it to shift by"):
        shifted_to(NOW, keys)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-02-14T23:59:59Z", "2026-02-15T00:59:59Z"),
        ("2026-02-14T19:00:50.886307+00:00", "2026-02-14T20:00:50.886307+00:00"),
        ("2026-02-14T19:00:50.10-05:30", "2026-02-14T20:00:50.10-05:30"),
        ("2026-02-14T19:00:50.123456789Z", "2026-02-14T20:00:50.123456789Z"),
        ("2026-02-14 19:00:50+0000", "2026-02-14 20:00:50+0000"),
        ("2026-02-14t19:00:50z", "2026-02-14t20:00:50z"),
        ("2026-02-14T19:00:50", "2026-02-14T20:00:50"),
    ],
)
def test_a_time_keeps_its_written_form(before, after):
    rows = [
        ("test:a", "hash", {"created_at": before}),
        ("incidents:a", "list", [json.dumps({"started_at": before})]),
        ("events:a", "stream", [["1-1", {"timestamp": before}]]),
    ]
    created, incident, events = moved(*rows)
    assert created == {"created_at": after}
    assert json.loads(incident[0]) == {"started_at": after}
    assert events[0][1] == {"timestamp": after}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Login Flow",
        "2026-02-14",
        "2026-02-31T10:00:00Z",
        "9999-12-31T23:30:00Z",
        "since 2026-02-14T19:00:50Z",
        "2026-02-14T19:00:50Z\n",
        '[{"value": "2026-02-14T19:00:50Z"}]',
    ],
)
def test_what_is_no_time_by_itself_stays(text):
    [fields] = moved(("test:a", "hash", {"name": text}))
    assert fields == {"name": text}


def test_of_a_record_only_its_times_change():
    record = (
        '{ "started_at":"2026-02-14T19:00:50.5+00:00", "ratio": 1.0e2, "big":'
        ' 123456789012345678901, "text": "at 2026-02-14T19:00:50Z", "quoted":'
        ' "say \\"2026-02-14T19:00:50Z\\"", "2026-02-14T19:00:50Z": [ "a\\\\",'
        ' "2026-02-14T19:00:50Z" ], "plan": {"at" :"2026-02-14T19:00:50Z"} }'
    )
    expected = (
        '{ "started_at":"2026-02-14T20:00:50.5+00:00", "ratio": 1.0e2, "big":'
        ' 123456789012345678901, "text": "at 2026-02-14T19:00:50Z", "quoted":'
        ' "say \\"2026-02-14T19:00:50Z\\"", "2026-02-14T19:00:50Z": [ "a\\\\",'
        ' "2026-02-14T20:00:50Z" ], "plan": {"at" :"2026-02-14T20:00:50Z"} }'
    )
    [pairs] = moved(("results:a", "zset", [[record, 5.0]]))
    assert pairs == [(expected, 3605.0)]


@pytest.mark.parametrize(
    "member",
    ["12340:a1b2c3d4", "12340", '{"started_at": "2026-02-14T19:00:50Z"', "[" * 100_000],
)
def test_a_member_that_is_no_record_stays(member):
    [pairs] = moved(("results:a", "zset", [[member, 5.0]]))
    assert pairs == [(member, 3605.0)]


def events_at(*ids, timestamp):
    rows = [[entry_id, {"type": "step"}] for entry_id in ids]
    rows[-1][1]["timestamp"] = timestamp
    return "events:a", "stream", rows


def moved_ids(*ids, timestamp):
    [entries] = moved(events_at(*ids, timestamp=timestamp))
    return [entry_id for entry_id, _ in entries]


def test_stream_ids_follow_their_entries_not_the_moment_of_the_dump():
    ms = round(NOW_SCORE * 1000)
    ids = moved_ids(
        "1795441291104-3",
        "1795441291204-0",
        "1795441291204-1",
        timestamp=iso(NOW_SCORE - 60),
    )
    an_hour_later = ms - 60_000 + 3_600_000
    assert ids == [
        f"{an_hour_later - 100}-3",
        f"{an_hour_later}-0",
        f"{an_hour_later}-1",
    ]


def test_without_a_readable_time_the_newest_id_is_the_newest_run():
    ms = round(NOW_SCORE * 1000) + 3_600_000
    assert moved_ids("5-1", "6-1", timestamp="soon") == [f"{ms - 1}-1", f"{ms}-1"]


def test_no_id_lies_in_the_future():
    now_ms = round(NOW_SCORE * 1000) + 3_660_000
    assert moved_ids("5-1", timestamp=iso(NOW_SCORE + 7200)) == [f"{now_ms}-1"]


def test_ids_before_1970_crowd_in_their_order():
    ids = moved_ids("5-7", "6-1", "9000-0", timestamp="1969-12-31T23:00:00.002Z")
    assert ids == ["1-7", "1-8", "2-0"]


@given(
    st.lists(st.tuples(st.integers(1, 2**62), st.integers(0, 3)), min_size=1),
    st.integers(0, 9999),
)
def test_moved_ids_are_rising_and_past(server_client, positions, minute):
    ids = [f"{ms}-{sequence}" for ms, sequence in sorted(set(positions))]
    time = NOW + timedelta(minutes=minute - 5000)
    keys = shifted_to(NOW, with_run(events_at(*ids, timestamp=time.isoformat())))
    server_client.flushall()
    # Redis itself refuses ids that do not rise.
    load_keys(server_client, keys)
    stored = server_client.xrange("events:a")
    assert len(stored) == len(ids)
    assert stored[-1][0] <= b"%d-9" % round(NOW_SCORE * 1000)
