"""Where a client is in a stream, and how it gets on without a gap or a repeat."""

from __future__ import annotations

from results.domain import UnknownTest
from results.live.cursors import START, Cursor
from results.live.event_log import Reading
from results.live.feed import Feed
from results.live.frames import Frame
from results.live.hub import Hub

PAGE = 100


class Position:
    """Reads what lies behind it: from Redis until it has caught up, then from the ring.

    Nothing is lost: what the hub had passed when a reading began is in that reading,
    what it passes later is in the ring, and below the ring's floor Redis is read
    again. Nothing is repeated: only ids above the position are ever returned.
    """

    def __init__(
        self, hub: Hub, feed: Feed, resume_after: Cursor | None, replay_entries: int
    ) -> None:
        self._hub = hub
        self._feed = feed
        self._resume_after = resume_after
        self._replay_entries = replay_entries
        self._cursor: Cursor | None = None
        self._epoch = feed.epoch
        self._is_caught_up = False

    async def news(self) -> list[Frame]:
        """The next frames, some if not all of them; none when there are none yet.

        Raises `UnknownTest` at the first reading, `UnreadableKey`, redis-py's errors
        and `OSError`; the position stays, and may be asked again.
        """
        frames = await self._first() if self._cursor is None else []
        while not frames and (cursor := self._behind()):
            passed = self._look_at_hub()
            reading = await self._hub.log.after(self._feed.test_id, cursor, PAGE)
            frames = self._moved(reading, passed)
        return frames or self._from_ring()

    async def _first(self) -> list[Frame]:
        """The replay: what follows the client's last id, or the newest entries."""
        log, test_id = self._hub.log, self._feed.test_id
        passed = self._look_at_hub()
        if self._resume_after is None:
            reading = await log.recent(test_id, self._replay_entries)
        else:
            reading = await log.after(test_id, self._resume_after, PAGE)
            if reading.newest < self._resume_after:
                # Of another stream than the stored one: begin as a new client does.
                reading = await log.recent(test_id, self._replay_entries)
        if not reading.is_known:
            raise UnknownTest(test_id)
        return self._moved(reading, passed)

    def _look_at_hub(self) -> Cursor:
        """How far the hub is, before a reading begins."""
        self._epoch = self._feed.epoch
        return self._feed.cursor or START

    def _moved(self, reading: Reading, passed: Cursor) -> list[Frame]:
        if reading.is_whole:
            # What the hub had passed was in this reading, or it was deleted before.
            self._cursor = max(reading.newest, passed)
            self._is_caught_up = True
            if self._feed.start(reading.newest):
                self._hub.poke()
        else:
            self._cursor = reading.last
        return reading.frames

    def _behind(self) -> Cursor | None:
        """The position, if what follows it is not in the ring."""
        if self._epoch != self._feed.epoch:
            self._epoch = self._feed.epoch
            self._cursor = min(self._cursor or START, self._feed.base)
        cursor = self._cursor or START
        if self._is_caught_up and cursor >= self._feed.floor:
            return None
        return cursor

    def _from_ring(self) -> list[Frame]:
        frames = self._feed.after(self._cursor or START)
        if frames:
            self._cursor = frames[-1].cursor
        return frames
