"""`?follow=false`: what is stored, as events, and then the end."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from results.live import frames as wire
from results.live.catching_up import PAGE
from results.live.event_log import Place
from results.live.frames import joined
from results.live.hub import current_hub


async def stored_chunks(test_id: str, place: Place) -> AsyncGenerator[bytes, None]:
    """All behind a place, in chunks of whole events.

    Raises `UnreadableKey`, redis-py's errors and `OSError`, which cut the answer off.
    """
    hub, loss = current_hub(), place.loss
    while True:
        if loss:
            hub.count_reset(loss.reason)
            place = Place(loss.start)
            yield wire.reset(loss)
        page = await hub.page(test_id, place, PAGE)
        loss = page.loss
        if page.frames and not loss:
            yield joined(page.frames)
        if not (page.rest or loss):
            return
        place = Place(page.last or place.cursor, is_anchored=True)
