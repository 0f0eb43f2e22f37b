"""Clients that never read what they asked for, beside one that does."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from benchmarks.live.crowd import allow_many_sockets
from benchmarks.live.figures import Row, at_most
from benchmarks.live.loads import Load, gathered, path, send, verdict
from benchmarks.live.meter import Meter
from benchmarks.live.scenarios.sizes import LIMITS_OFF, Scale
from benchmarks.live.servers import PRODUCT
from benchmarks.live.stage import Stage, stage
from benchmarks.live.verdict import Verdict

SMALL_BUFFER = 4096
DRAIN_SECONDS = 40.0
LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Outcome:
    """The healthy client: what it got in the end, and the share of the events that it
    had when the last one was written."""

    verdict: Verdict
    share_in_time: float


@contextlib.contextmanager
def stuck_clients(here: Stage, count: int) -> Iterator[None]:
    """So many open connections that asked for the stream and are never read."""
    allow_many_sockets()
    with contextlib.ExitStack() as leaving:
        for _ in range(count):
            sock = leaving.enter_context(socket.socket())
            # Before it connects, or the window was offered already.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
            sock.connect(("127.0.0.1", here.ports[0]))
            sock.sendall(f"GET {path()} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        yield


async def play(here: Stage, load: Load, stuck: int) -> Outcome:
    """Events for the load's healthy listeners, and for the stuck ones beside them."""
    async with gathered(here, load) as crowd:
        with stuck_clients(here, stuck):
            await send(here, load)
            share = (crowd.received / load.listeners - 1) / load.events
            found = await verdict(here, load, crowd, DRAIN_SECONDS)
            return Outcome(found, share)


async def two_hundred(scale: Scale) -> list[Row]:
    """200 clients that never read, and the rate of one that does."""
    load = Load(1, events=scale.of(10_000), rate=500, padding=800)
    stuck = scale.of(200)
    alone, _ = await _measured(load, 0)
    beside, peak = await _measured(load, stuck)
    name = f"{stuck} clients that never read, {load.rate:g} events/s"
    kept = 100 * beside.share_in_time / alone.share_in_time
    exact = beside.verdict.is_exact
    return [
        Row(name, "rate of a healthy client", f"{kept:.0f} %", ">= 90 %", kept >= 90),
        at_most(name, "server memory", peak / 2**20, 400, "MB"),
        Row(name, f"{load.events:,} events", str(beside.verdict), "all", exact),
    ]


async def _measured(load: Load, stuck: int) -> tuple[Outcome, int]:
    async with (
        stage(PRODUCT, LIMITS_OFF) as here,
        _peak(Meter(here.servers[0].pid)) as seen,
    ):
        outcome = await play(here, load, stuck)
        return outcome, max(seen)


@contextlib.asynccontextmanager
async def _peak(meter: Meter) -> AsyncIterator[list[int]]:
    """The memory of a server, now and then."""
    seen = [meter.resident_bytes]

    async def look() -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            seen.append(meter.resident_bytes)

    looking = asyncio.create_task(look())
    try:
        yield seen
    finally:
        looking.cancel()
