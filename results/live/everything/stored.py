"""`?follow=false`: what is stored of all tests, as events, and then the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from results.live.everything.hub_source import HubSource
from results.live.everything.progress import told
from results.live.everything.ring import Chosen, Place

# What came in the very millisecond of the request was stored by then, too.
EARLY_SECONDS = 0.002


async def stored_chunks(place: Place, chosen: Chosen) -> AsyncGenerator[bytes, None]:
    """All behind a place, in chunks of whole events.

    Raises `UnreadableKey`, redis-py's errors and `OSError`, which cut the answer off.
    """
    source, is_early = HubSource.current(), True
    while True:
        if reset := told(place):
            source.count_resets(reset.losses)
            place = reset.place
            yield reset.data
        page = await source.page(place, chosen)
        place = page.news.place
        if page.news.data:
            yield page.news.data
        if page.is_rest:
            continue
        if not (page.is_early and is_early):
            return
        is_early = False
        await asyncio.sleep(EARLY_SECONDS)
