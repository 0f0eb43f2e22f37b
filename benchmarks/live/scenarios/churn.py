"""Clients that hang up after a few events, or none, and come back at once."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

from benchmarks.live.figures import Row
from benchmarks.live.listener import NEVER
from benchmarks.live.loads import Load, gathered, send, verdict
from benchmarks.live.scenarios.sizes import LIMITS_OFF, Scale
from benchmarks.live.servers import PRODUCT
from benchmarks.live.stage import Stage, stage
from benchmarks.live.verdict import Verdict

MOST_EVENTS = 5
PAUSE_SECONDS = 0.01
DRAIN_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the clients got, over how many connections more than there are clients."""

    verdict: Verdict
    reconnects: int


class Whims:
    """How many events a client takes this time; after so many visits it stays."""

    def __init__(self, visits: int) -> None:
        self._left = visits
        self._chance = random.Random(1)

    def __call__(self) -> int:
        self._left -= 1
        return self._chance.randint(0, MOST_EVENTS) if self._left >= 0 else NEVER


async def play(here: Stage, load: Load, reconnects: int) -> Outcome:
    """Each time it comes back a client goes to the next server, with its last id, in
    the middle of what was read for it; the writer goes on meanwhile."""
    async with gathered(
        here, load, comes_back=True, pause_seconds=PAUSE_SECONDS
    ) as crowd:
        crowd.patience = Whims(reconnects)
        sending = asyncio.create_task(send(here, load))
        for listener in crowd.listeners:
            listener.hang_up()
        await sending
        found = await verdict(here, load, crowd, DRAIN_SECONDS)
        return Outcome(found, crowd.reconnects)


async def restless(scale: Scale) -> list[Row]:
    """30 clients that reconnect 1,000 times over two servers."""
    load = Load(30, events=scale.of(300), rate=30)
    wanted = scale.of(1000)
    async with stage(PRODUCT, LIMITS_OFF, servers=2) as here:
        outcome = await play(here, load, wanted)
    name = f"{load.listeners} clients that come and go over two servers"
    count = outcome.reconnects
    exact = outcome.verdict.is_exact
    return [
        Row(name, "reconnects", f"{count:,}", f">= {wanted:,}", count >= wanted),
        Row(name, f"{load.events} events", str(outcome.verdict), "all", exact),
    ]
