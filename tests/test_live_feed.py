"""The ring of newest frames: what is in it, and what has to be read from Redis."""

from results.live.cursors import START, Cursor
from results.live.event_log import Place
from results.live.feed import RING_BYTES, RING_FRAMES, SCRUBBER_SECONDS, Feed
from results.live.frames import CHUNK_BYTES, Frame, joined, reset
from results.live.loss import GONE, TRIMMED, Loss
from results.scrub import Scrubber


def frames(first: int, last: int) -> list[Frame]:
    return [Frame(Cursor(ms, 0), b"%d" % ms) for ms in range(first, last + 1)]


def feed_at(ms: int) -> Feed:
    feed = Feed("abc")
    feed.start(Place(Cursor(ms, 0)))
    return feed


def seen(feed: Feed, ms: int, seq: int = 0) -> bytes:
    news = feed.after(Cursor(ms, seq))
    return news.data if news else b""


def test_the_first_reader_decides_where_a_feed_starts():
    feed = Feed("abc")
    assert feed.start(Place(Cursor(5, 0)))
    assert not feed.start(Place(Cursor(3, 0)))
    assert feed.cursor == feed.floor == Cursor(5, 0)


def test_frames_behind_a_position_come_in_order():
    feed = feed_at(5)
    feed.append(frames(6, 9), Cursor(9, 0), None)
    assert seen(feed, 7, 0) == joined(frames(8, 9))
    assert seen(feed, 7, 3) == joined(frames(8, 9))
    assert seen(feed, 5, 0) == joined(frames(6, 9))
    assert seen(feed, 9, 0) == b""
    assert seen(feed, 12, 0) == b""


def test_what_falls_out_of_the_ring_raises_the_floor():
    feed = feed_at(0)
    feed.append(frames(1, RING_FRAMES), Cursor(RING_FRAMES, 0), None)
    assert feed.floor == START
    feed.append(
        frames(RING_FRAMES + 1, RING_FRAMES + 3), Cursor(RING_FRAMES + 3, 0), None
    )
    assert feed.floor == Cursor(3, 0)
    assert seen(feed, 3) == joined(frames(4, RING_FRAMES + 3))


def test_the_ring_holds_no_more_bytes_than_it_may():
    feed = feed_at(0)
    large = [Frame(Cursor(ms, 0), bytes(RING_BYTES // 4)) for ms in range(1, 7)]
    feed.append(large, Cursor(6, 0), None)
    assert feed.floor == Cursor(2, 0)
    feed.append([Frame(Cursor(7, 0), bytes(RING_BYTES + 1))], Cursor(7, 0), None)
    assert feed.floor == Cursor(7, 0)
    assert seen(feed, 7) == b""


def test_a_chunk_holds_no_more_than_is_written_at_once():
    feed = feed_at(0)
    half = [Frame(Cursor(ms, 0), bytes(CHUNK_BYTES // 2)) for ms in range(1, 6)]
    feed.append(half, Cursor(5, 0), None)
    first = feed.after(Cursor(0, 0))
    assert (first.entries, first.cursor) == (2, Cursor(2, 0))
    assert feed.after(Cursor(4, 0)).entries == 1
    feed.append([Frame(Cursor(6, 0), bytes(CHUNK_BYTES * 2))], Cursor(6, 0), None)
    assert feed.after(Cursor(5, 0)).entries == 1


def test_the_cursor_passes_an_entry_that_could_not_be_encoded():
    feed = feed_at(1)
    feed.append([], Cursor(2, 0), None)
    assert feed.cursor == Cursor(2, 0)
    assert seen(feed, 1, 0) == b""


def test_a_feed_whose_ids_fell_back_is_read_from_its_start():
    feed = feed_at(100)
    feed.append(frames(101, 103), Cursor(103, 0), None)
    feed.rewind()
    assert (feed.cursor, feed.floor, feed.epoch) == (START, START, 1)
    assert not feed.is_anchored
    assert seen(feed, 5) == b""


def test_all_who_were_there_are_told_of_a_loss_before_what_follows():
    feed = feed_at(1)
    feed.append(frames(2, 2), Cursor(2, 0), None)
    feed.append(frames(9, 10), Cursor(10, 0), Loss(GONE, START))
    told = reset(Loss(GONE, START))
    assert seen(feed, 1) == b"2" + told + b"910"
    assert seen(feed, 2) == told + b"910"
    assert seen(feed, 9) == b"10"
    assert feed.after(Cursor(2, 0), knows_the_loss=True).data == b"910"


def test_a_loss_before_an_entry_that_cannot_be_shown_is_told_before_the_next():
    feed = feed_at(1)
    feed.append([], Cursor(5, 0), Loss(TRIMMED, START))
    assert seen(feed, 1) == b""
    feed.append(frames(6, 6), Cursor(6, 0), None)
    assert seen(feed, 1) == reset(Loss(TRIMMED, START)) + b"6"


def test_what_to_hide_is_read_at_first_and_again_after_a_while():
    feed = feed_at(1)
    assert feed.needs_scrubber(0.0)
    feed.hide(Scrubber(), 0.0)
    assert not feed.needs_scrubber(SCRUBBER_SECONDS)
    assert feed.needs_scrubber(SCRUBBER_SECONDS + 0.1)
