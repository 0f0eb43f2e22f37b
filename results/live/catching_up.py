"""Reading for clients that are behind: the same question is asked once for all."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple

from results.live.event_log import EventLog, Page, Place
from results.live.feed import Feed
from results.live.sharing import Sharing

PAGE = 100


class Caught(NamedTuple):
    """A page, and how far the hub was before that page was read."""

    page: Page
    passed: Place


class CatchUp:
    """Shares readings: after a restart, all clients of a stream resume at one place."""

    def __init__(self, in_use: Callable[[], AbstractContextManager[None]]) -> None:
        self._readings: Sharing[tuple[Feed, Place], Caught] = Sharing(in_use)

    async def read(self, log: EventLog, feed: Feed, place: Place) -> Caught:
        """The page behind the place. Raises what `EventLog.after` raises."""
        return await self._readings.read((feed, place), lambda: _read(log, feed, place))


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
