"""The ring of newest frames: what is in it, and what has to be read from Redis."""

from results.live.cursors import START, Cursor
from results.live.feed import RING_FRAMES, SCRUBBER_SECONDS, Feed
from results.live.frames import Frame
from results.scrub import Scrubber


def frames(first: int, last: int) -> list[Frame]:
    return [Frame(Cursor(ms, 0), b"%d" % ms) for ms in range(first, last + 1)]


def feed_at(ms: int) -> Feed:
    feed = Feed("abc")
    feed.start(Cursor(ms, 0))
    return feed


def test_the_first_reader_decides_where_a_feed_starts():
    feed = Feed("abc")
    assert feed.start(Cursor(5, 0))
    assert not feed.start(Cursor(3, 0))
    assert feed.cursor == feed.floor == Cursor(5, 0)


def test_frames_behind_a_position_come_in_order():
    feed = feed_at(5)
    feed.append(frames(6, 9), Cursor(9, 0))
    assert feed.after(Cursor(7, 0)) == frames(8, 9)
    assert feed.after(Cursor(7, 3)) == frames(8, 9)
    assert feed.after(Cursor(5, 0)) == frames(6, 9)
    assert feed.after(Cursor(9, 0)) == []
    assert feed.after(Cursor(12, 0)) == []


def test_what_falls_out_of_the_ring_raises_the_floor():
    feed = feed_at(0)
    feed.append(frames(1, RING_FRAMES), Cursor(RING_FRAMES, 0))
    assert feed.floor == START
    feed.append(frames(RING_FRAMES + 1, RING_FRAMES + 3), Cursor(RING_FRAMES + 3, 0))
    assert feed.floor == Cursor(3, 0)
    assert feed.after(feed.floor) == frames(4, RING_FRAMES + 3)


def test_the_cursor_passes_an_entry_that_could_not_be_encoded():
    feed = feed_at(1)
    feed.append([], Cursor(2, 0))
    assert feed.cursor == Cursor(2, 0)
    assert feed.after(Cursor(1, 0)) == []


def test_a_feed_whose_ids_fell_back_follows_from_there():
    feed = feed_at(100)
    feed.append(frames(101, 103), Cursor(103, 0))
    feed.rewind(Cursor(5, 0))
    assert (feed.cursor, feed.floor, feed.base, feed.epoch) == ((5, 0),) * 3 + (1,)
    assert feed.after(Cursor(5, 0)) == []


def test_what_to_hide_is_read_at_first_and_again_after_a_while():
    feed = feed_at(1)
    assert feed.needs_scrubber(0.0)
    feed.hide(Scrubber(), 0.0)
    assert not feed.needs_scrubber(SCRUBBER_SECONDS)
    assert feed.needs_scrubber(SCRUBBER_SECONDS + 0.1)
