"""Reading for clients that are behind: the same question is asked once for all."""

from __future__ import annotations

import asyncio
import time
from typing import NamedTuple

from results.live.event_log import EventLog, Page, Place
from results.live.feed import Feed

PAGE = 100


class Caught(NamedTuple):
    """A page, and how far the hub was before that page was read."""

    page: Page
    passed: Place


class CatchUp:
    """Shares readings: after a restart, all clients of a stream resume at one place."""

    def __init__(self) -> None:
        self._readings: dict[tuple[Feed, Place], asyncio.Task[Caught]] = {}

    async def read(self, log: EventLog, feed: Feed, place: Place) -> Caught:
        """The page behind the place. Raises what `EventLog.after` raises."""
        key = (feed, place)
        reading = self._readings.get(key)
        if reading is None:
            reading = asyncio.create_task(_read(log, feed, place))
            self._readings[key] = reading
            reading.add_done_callback(lambda task: self._forget(key, task))
        # A client that leaves must not take the others' reading with it.
        return await asyncio.shield(reading)

    def _forget(self, key: tuple[Feed, Place], reading: asyncio.Task[Caught]) -> None:
        del self._readings[key]
        if not reading.cancelled():
            # Nobody may be left to see it.
            reading.exception()


async def _read(log: EventLog, feed: Feed, place: Place) -> Caught:
    passed = feed.place
    page = await log.after(feed.test_id, place, PAGE)
    feed.hide(page.scrubber, time.monotonic())
    if page.info.exists and page.info.newest < passed.cursor:
        # Older news than the hub's own: it would wait in vain, until it looks again.
        if feed.place == passed:
            feed.rewind()
        passed = feed.place
    return Caught(page, passed)
