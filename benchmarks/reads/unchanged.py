"""What a client that polls costs when nothing has changed: a 304."""

from __future__ import annotations

from collections.abc import Iterable

import httpx
from redis import Redis

from benchmarks.processes import ServerProcess
from benchmarks.reads.endpoints import Endpoint
from benchmarks.reads.measuring import Cost, Pace, measure

NAME = "production"


def unchanged(
    server: ServerProcess, store: Redis, endpoints: Iterable[Endpoint], pace: Pace
) -> dict[Endpoint, Cost | None]:
    """The cost of each with the ETag of its own answer; None where it sends none."""
    return {each: _unchanged(server, store, each.path, pace) for each in endpoints}


def _unchanged(
    server: ServerProcess, store: Redis, path: str, pace: Pace
) -> Cost | None:
    etag = httpx.get(server.url + path, timeout=60).headers.get("ETag")
    if etag is None:
        return None
    asked = {"If-None-Match": etag}
    again = httpx.get(server.url + path, headers=asked, timeout=60)
    if again.status_code != 304:
        raise RuntimeError(f"{path}: {again.status_code} for its own ETag")
    return measure({NAME: server}, store, path, pace, {NAME: asked})[NAME]
