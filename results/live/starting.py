"""Where a stream starts, asked before its headers go out, and never for long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from results.connection import data_url
from results.live.crowd import Caller
from results.live.hub import current_hub

LOCATE_SECONDS = 1.0
# How long nobody asks again after a store did not answer: each would wait as long.
AWAY_SECONDS = 1.0

# By URL: until when that store is held to be away, in monotonic seconds.
_away_until: dict[str, float] = {}
Place = TypeVar("Place")


async def known_place(locate: Callable[[], Awaitable[Place]]) -> Place:
    """Where the client starts. Raises what `locate` raises, and redis-py's
    `TimeoutError` after 1 s."""
    try:
        async with asyncio.timeout(LOCATE_SECONDS):
            return await locate()
    except TimeoutError as failure:
        raise RedisTimeoutError("the store does not answer") from failure


async def welcome(
    caller: Caller, locate: Callable[[], Awaitable[Place]]
) -> Place | None:
    """The same for one who stays, if there is room, else raises `TooManyListeners`;
    None where Redis is away: the stream is opened then and waits, because an
    EventSource never comes back after a 5xx."""
    hub = current_hub()
    hub.require_room(caller)
    store = data_url()
    if hub.is_limping or time.monotonic() < _away_until.get(store, 0.0):
        return None
    try:
        return await known_place(locate)
    except (RedisConnectionError, RedisTimeoutError):
        _away_until[store] = time.monotonic() + AWAY_SECONDS
        return None
