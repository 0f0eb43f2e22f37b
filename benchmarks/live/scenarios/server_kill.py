"""Server processes die while events are written; their listeners go to the other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from benchmarks.live.crowd import Crowd
from benchmarks.live.figures import Row
from benchmarks.live.loads import Load, gathered, send, verdict
from benchmarks.live.scenarios.sizes import LIMITS_OFF, Scale
from benchmarks.live.servers import PRODUCT, Server
from benchmarks.live.stage import Stage, stage
from benchmarks.live.verdict import Verdict

DRAIN_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the listeners got, and how often they had to come back."""

    verdict: Verdict
    reconnects: int


async def play(here: Stage, load: Load, pause_seconds: float | None = None) -> Outcome:
    """One of two servers is killed after a third of the events, the other after two
    thirds, once the first is back; listeners resume as an `EventSource` does."""
    one, other = here.servers
    async with gathered(
        here, load, comes_back=True, pause_seconds=pause_seconds
    ) as crowd:
        sending = asyncio.create_task(send(here, load))
        await _kill_after(crowd, load, load.events // 3, one)
        one.spawn()
        await one.ready()
        await _kill_after(crowd, load, 2 * load.events // 3, other)
        other.spawn()
        await other.ready()
        await sending
        found = await verdict(here, load, crowd, DRAIN_SECONDS)
        return Outcome(found, crowd.reconnects)


async def _kill_after(crowd: Crowd, load: Load, events: int, server: Server) -> None:
    await crowd.has_received(load.listeners * (1 + events))
    server.kill()


async def both(scale: Scale) -> list[Row]:
    """Both of two servers killed, one after the other."""
    load = scale.crowd(1000, rate=30, events=300)
    async with stage(PRODUCT, LIMITS_OFF, servers=2) as here:
        outcome = await play(here, load)
    name = f"both servers killed in turn, {load.listeners:,} listeners"
    exact = outcome.verdict.is_exact
    return [
        Row(name, f"{load.events} events", str(outcome.verdict), "all", exact),
        Row(name, "reconnects", f"{outcome.reconnects:,}"),
    ]
