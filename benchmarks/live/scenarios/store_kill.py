"""The store dies while events are written, and comes back later."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.live.figures import Row
from benchmarks.live.loads import Load, gathered, send, verdict
from benchmarks.live.scenarios.sizes import LIMITS_OFF, Scale
from benchmarks.live.servers import PRODUCT
from benchmarks.live.stage import Stage, stage
from benchmarks.live.verdict import Verdict

DRAIN_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """`connects` is of all listeners: more than there are would mean closed streams;
    `drain_seconds` from the last entry's acknowledgement to its last delivery."""

    verdict: Verdict
    connects: int
    drain_seconds: float


async def play(
    here: Stage, load: Load, outage: Callable[[], Awaitable[object]]
) -> Outcome:
    """The store, a durable one, is killed after a third of the events, for as long as
    `outage` takes; its writer insists, its listeners wait."""
    async with gathered(here, load) as crowd:
        sending = asyncio.create_task(send(here, load))
        await crowd.has_received(load.listeners * (1 + load.events // 3))
        here.store.kill()
        await outage()
        here.store.start_again()
        await sending
        loop = asyncio.get_running_loop()
        since = loop.time()
        stored = len(here.store.ids(load.test_ids[0]))
        await crowd.has_received(load.listeners * stored, DRAIN_SECONDS)
        drained = loop.time() - since
        found = await verdict(here, load, crowd, DRAIN_SECONDS)
        connects = sum(listener.connects for listener in crowd.listeners)
        return Outcome(found, connects, drained)


async def short(scale: Scale) -> list[Row]:
    """Redis killed for 2 s."""
    return await _rows(scale, 2)


async def long(scale: Scale) -> list[Row]:
    """Redis killed for 15 s."""
    return await _rows(scale, 15)


async def _rows(scale: Scale, outage_seconds: float) -> list[Row]:
    load = scale.crowd(1000, rate=60, events=300)
    async with stage(PRODUCT, LIMITS_OFF, durable=True) as here:
        outcome = await play(here, load, lambda: asyncio.sleep(outage_seconds))
    name = f"Redis killed for {outage_seconds:g} s, {load.listeners:,} listeners"
    stayed = outcome.connects == load.listeners
    exact = outcome.verdict.is_exact
    return [
        Row(name, f"{load.events} events", str(outcome.verdict), "all", exact),
        Row(name, "streams that stayed open", "all" if stayed else "not all"),
        Row(name, "last delivery after last write", f"{outcome.drain_seconds:.1f} s"),
    ]
