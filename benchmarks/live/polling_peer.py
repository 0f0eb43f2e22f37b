"""The endpoint that is usually written: FastAPI, and one XRANGE a second a client.

Kinder than the sketches of it one meets: the range excludes the last entry that was
sent, the client is asynchronous, and clients wait for one of its connections; by
default redis-py fails above 100.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from typing import cast

from fastapi import FastAPI, Header
from fastapi.responses import StreamingResponse
from redis.asyncio import BlockingConnectionPool, Redis

REPLAYED = 50
POLL_SECONDS = 1.0
KEEPALIVE_SECONDS = 15.0
IDLE_SECONDS = 300.0

Entries = list[tuple[str, dict[str, str]]]

application = FastAPI()
pool = BlockingConnectionPool.from_url(
    os.environ["REDIS_URL"],
    decode_responses=True,
    max_connections=100,
    timeout=60,
    socket_timeout=60,
)
redis = Redis(connection_pool=pool)


@application.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@application.get("/api/tests/{test_id}/live")
async def live(test_id: str, last_event_id: str = Header("")) -> StreamingResponse:
    chunks = events(f"events:{test_id}", last_event_id)
    return StreamingResponse(chunks, media_type="text/event-stream")


async def events(key: str, last_id: str) -> AsyncIterator[str]:
    """The first 50, or what follows the client's last; then whatever a poll finds."""
    start = f"({last_id}" if last_id else "-"
    found = cast(Entries, await redis.xrange(key, start, "+", REPLAYED))
    quiet_since = commented_at = time.monotonic()
    while time.monotonic() - quiet_since < IDLE_SECONDS:
        for last_id, fields in found:
            yield f"id: {last_id}\ndata: {json.dumps(fields)}\n\n"
        now = time.monotonic()
        if found:
            quiet_since = commented_at = now
        elif now - commented_at >= KEEPALIVE_SECONDS:
            commented_at = now
            yield ":\n\n"
        await asyncio.sleep(POLL_SECONDS)
        start = f"({last_id}" if last_id else "-"
        found = cast(Entries, await redis.xrange(key, start, "+"))
