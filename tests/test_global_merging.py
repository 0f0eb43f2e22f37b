"""The merged order: positions as text, and the merge against the plainest model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.live.cursors import LARGEST_PART, START, Cursor, parse_cursor
from results.live.everything.merging import merge
from results.live.everything.ring import Ring
from results.live.everything.spot import BEGINNING, Spot, parse_spot, spot_before

IDS = ("A", "a", "a-", "ab", "b")
cursors = st.builds(Cursor, st.integers(0, 4), st.integers(0, 2)).filter(
    lambda cursor: cursor > START
)
streams = st.dictionaries(st.sampled_from(IDS), st.sets(cursors, max_size=12))
spots = st.builds(Spot, cursors, st.sampled_from(IDS))


def stored(cursors):
    return [(str(cursor).encode(), {b"n": b"1"}) for cursor in sorted(cursors)]


def in_order(streams):
    """The model: all entries, sorted as the feed's documentation says."""
    return sorted(
        (cursor.ms, cursor.seq, test_id)
        for test_id, cursors in streams.items()
        for cursor in cursors
    )


def as_rows(spots):
    return [(spot.cursor.ms, spot.cursor.seq, spot.test_id) for spot in spots]


def read_behind(streams, spot, count):
    """What XREAD brings of each stream behind its own position, and what it cuts."""
    found = {
        test_id: sorted(c for c in cursors if c > spot.cursor_in(test_id))[:count]
        for test_id, cursors in streams.items()
    }
    found = {test_id: cursors for test_id, cursors in found.items() if cursors}
    return (
        {test_id: stored(cursors) for test_id, cursors in found.items()},
        {test_id for test_id, cursors in found.items() if len(cursors) == count},
    )


@given(streams, spots)
def test_a_position_in_each_stream_is_the_position_in_all(streams, spot):
    behind = [row for row in in_order(streams) if row > as_rows([spot])[0]]
    found, _ = read_behind(streams, spot, 1000)
    merged = merge(found, now_ms=99)
    assert as_rows(s for s, _ in merged.entries) == behind


@given(streams, st.integers(1, 3), st.integers(0, 6), st.sets(st.sampled_from(IDS)))
def test_reading_after_reading_sends_all_that_the_clock_has_passed_once(
    streams, count, now_ms, barred
):
    spot, sent, readings = BEGINNING, [], 0
    while True:
        found, cut = read_behind(streams, spot, count)
        # Each is barred once at most: its anchor is looked at then.
        held = barred & set(found) if readings % 2 == 0 else set()
        merged = merge(found, now_ms, cut - held, held)
        assert as_rows(s for s, _ in merged.entries) == sorted(
            as_rows(s for s, _ in merged.entries)
        )
        assert all(s <= merged.passed for s, _ in merged.entries)
        assert all(s > merged.passed for s in merged.left)
        sent += as_rows(s for s, _ in merged.entries)
        spot, readings = max(spot, merged.passed), readings + 1
        if not merged.is_rest:
            break
    assert sent == [row for row in in_order(streams) if row[0] < now_ms]
    assert all(spot.cursor.ms >= now_ms for spot in merged.left)
    # The stream whose end is the limit is sent as far as it was read.
    assert readings <= 2 * (len(in_order(streams)) + 1)


@given(streams, st.lists(st.integers(0, 6), max_size=4))
def test_what_comes_while_the_clock_goes_on_is_sent_in_order(streams, clocks):
    """Entries appear in the millisecond that the clock shows, never below it."""
    spot, sent = BEGINNING, []
    for now_ms in [*sorted(clocks), 99]:
        visible = {
            test_id: {c for c in cursors if c.ms <= now_ms}
            for test_id, cursors in streams.items()
        }
        merged = merge(read_behind(visible, spot, 1000)[0], now_ms)
        sent += as_rows(s for s, _ in merged.entries)
        spot = max(spot, merged.passed)
    assert sent == in_order(streams)


@given(st.lists(spots))
def test_positions_are_ordered_as_their_text_says(spots):
    assert [parse_spot(str(spot)) for spot in sorted(spots)] == sorted(spots)


@pytest.mark.parametrize("text", ["0", "0-0", "0@abc", "0-0@abc"])
def test_zero_is_the_beginning(text):
    assert parse_spot(text) == BEGINNING
    assert str(BEGINNING) == "0-0"


@pytest.mark.parametrize("text", ["", "5", "5-1", "5-1@", "@a", "5-1@a/b", "5@a@b"])
def test_other_texts_are_no_positions(text):
    with pytest.raises(ValueError):
        parse_spot(text)


@pytest.mark.parametrize(
    "cursor, before",
    [("0-1", "0-0"), ("0-0", "0-0"), ("7-3", "7-2"), ("7-0", f"6-{LARGEST_PART}")],
)
def test_right_before_an_id_is_the_one_below(cursor, before):
    assert str(spot_before(parse_cursor(cursor)).cursor) == before


@given(spots)
def test_behind_all_smaller_ids_is_before_every_test_s_entry(spot):
    assert spot_before(spot.cursor) < Spot(spot.cursor, "")
    assert spot_before(spot.cursor).cursor_in("z" * 64) < spot.cursor


def test_a_test_that_is_named_is_in_the_ring_from_the_next_reading_on():
    """What the reading under way passes of it is nowhere but in Redis."""
    ring, before, passed, behind = Ring(), *(Spot(Cursor(n, 0), "a") for n in (5, 7, 8))
    ring.start(before)
    assert ring.reaches(before, None)
    assert not ring.follows(frozenset("b")) and not ring.reaches(behind, frozenset("b"))
    ring.append([], passed)
    assert ring.include({"b"}) and not ring.include({"b"})
    assert ring.follows(frozenset("b")) and ring.reaches(passed, frozenset("b"))
    assert not ring.reaches(before, frozenset("b")) and ring.reaches(before, None)
    ring.append([], behind)
    assert ring.reaches(passed, frozenset("b"))
    assert ring.include(set()) is False and not ring.follows(frozenset("b"))
