"""Where a client is in a stream, and how it gets on without a gap or a repeat."""

from __future__ import annotations

from typing import Protocol

from results.live import frames as wire
from results.live.catching_up import Caught
from results.live.cursors import START
from results.live.event_log import Page, Place, Wanted
from results.live.feed import Feed, News
from results.live.frames import for_one_write, joined
from results.live.loss import AHEAD, FELL_BACK


class Source(Protocol):
    """Where positions read: the hub."""

    async def locate(self, test_id: str, wanted: Wanted) -> Place: ...

    async def catch_up(self, feed: Feed, place: Place) -> Caught: ...

    def count_reset(self, reason: str) -> None: ...


class Position:
    """Reads what lies behind it: from Redis until it has caught up, then from the ring.

    Nothing is lost: what the hub had passed when a reading began is in that reading,
    what it passes later is in the ring, and below the ring's floor Redis is read
    again. Nothing is repeated: only entries above the position are ever returned.
    Where a position cannot be followed completely, the news are a `reset` instead.
    """

    __slots__ = (
        "_source",
        "_feed",
        "_wanted",
        "_place",
        "_loss",
        "_epoch",
        "_has_read",
        "_is_caught_up",
        "_saw_it_gone",
    )

    def __init__(
        self, source: Source, feed: Feed, wanted: Wanted, place: Place | None
    ) -> None:
        """`place` is where the client starts, if that was asked already."""
        self._source = source
        self._feed = feed
        self._wanted = wanted
        self._place = place
        self._loss = place.loss if place else None
        self._epoch = feed.epoch
        self._has_read = False
        self._is_caught_up = False
        self._saw_it_gone = False

    async def news(self) -> News | None:
        """What to send next, not always all there is; None when there is none yet.

        Raises `UnknownTest` at the first reading, `UnreadableKey`, redis-py's errors
        and `OSError`; the position stays, and may be asked again.
        """
        if self._place is None:
            self._place = await self._source.locate(self._feed.test_id, self._wanted)
            self._loss = self._place.loss
        self._notice_fallen_ids()
        while not self._loss and self._is_behind(self._place):
            if news := await self._read(self._place):
                return news
        return self._told() or self._from_ring(self._place)

    def _notice_fallen_ids(self) -> None:
        if self._epoch != self._feed.epoch and self._has_read:
            self._loss = FELL_BACK
        self._epoch = self._feed.epoch

    def _is_behind(self, place: Place) -> bool:
        return not (self._is_caught_up and place.cursor >= self._feed.floor)

    async def _read(self, place: Place) -> News | None:
        page, passed = await self._source.catch_up(self._feed, place)
        if not self._has_read or (page.loss and page.loss.reason == AHEAD):
            # What was read is of the stream as it is now, whatever it was before.
            self._epoch = self._feed.epoch
        self._has_read = True
        self._loss = page.loss
        if self._loss:
            return None
        frames = for_one_write(page.frames)
        if len(frames) < len(page.frames):
            self._place = Place(frames[-1].cursor, is_anchored=True)
        else:
            self._place = self._behind_page(page, passed)
        if not frames:
            return None
        return News(joined(frames), len(frames), self._place.cursor)

    def _behind_page(self, page: Page, passed: Place) -> Place:
        if page.rest:
            return Place(page.last or START, is_anchored=True)
        self._is_caught_up = True
        if passed.cursor < page.end.cursor:
            return page.end
        # What the hub had passed was in this reading, or it was deleted before it.
        self._saw_it_gone = passed.cursor > page.end.cursor
        return passed

    def _told(self) -> News | None:
        if self._loss is None:
            return None
        loss, self._loss = self._loss, None
        self._place = Place(loss.start)
        self._source.count_reset(loss.reason)
        return News(wire.reset(loss), 0, loss.start)

    def _from_ring(self, place: Place) -> News | None:
        news = self._feed.after(place.cursor, self._saw_it_gone)
        if news:
            self._place = Place(news.cursor, is_anchored=True)
            self._saw_it_gone = False
        return news
