"""One load on one server: delays, CPU, memory, and what the store was asked."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from benchmarks.live.crowd import Crowd
from benchmarks.live.figures import percentile
from benchmarks.live.loads import Load, gathered, path, send, verdict
from benchmarks.live.meter import Meter, Usage
from benchmarks.live.scenarios.sizes import LIMITS_OFF
from benchmarks.live.stage import Stage, stage
from benchmarks.live.verdict import Verdict
from benchmarks.live.writing import test_id

WARMING = 50
DELIVERY_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Delays in ms, CPU in percent of a core; `seconds` from the first event's sending
    to the last delivery; memory above that of the server without listeners."""

    verdict: Verdict
    p50_ms: float
    p99_ms: float
    seconds: float
    server: Usage
    client: Usage
    kb_a_listener: float
    commands: int


async def measure(command: tuple[str, ...], load: Load) -> Measured:
    """The load's events, delivered to all of its listeners."""
    async with stage(command, LIMITS_OFF) as here:
        meter = Meter(here.servers[0].pid)
        empty = await _warmed_up(here, meter)
        async with gathered(here, load) as crowd:
            before = here.store.commands()
            with meter.window() as server, Meter().window() as client:
                await send(here, load)
                await _delivered(crowd, load)
            ended, commands = time.time(), here.store.commands() - before
            memory = meter.resident_bytes - empty
            delays = sorted(crowd.delays)
            return Measured(
                await verdict(here, load, crowd, DELIVERY_SECONDS),
                1000 * percentile(delays, 50),
                1000 * percentile(delays, 99),
                ended - crowd.first_sent,
                server,
                client,
                memory / 1024 / load.listeners,
                commands,
            )


async def measure_idle(
    command: tuple[str, ...], load: Load, seconds: float
) -> tuple[Usage, float]:
    """The server's CPU and the store's commands a second while nothing happens."""
    async with stage(command, LIMITS_OFF) as here:
        meter = Meter(here.servers[0].pid)
        async with gathered(here, load):
            before = here.store.commands()
            with meter.window() as usage:
                await asyncio.sleep(seconds)
            return usage, (here.store.commands() - before) / usage.seconds


async def _warmed_up(here: Stage, meter: Meter) -> int:
    """The server's memory after some visitors: what they load is nobody's share."""
    here.store.add_test(test_id())
    async with Crowd(here.ports) as crowd:
        await crowd.join([path()] * WARMING)
        await crowd.has_received(WARMING)
    here.store.client.flushall()
    return meter.resident_bytes


async def _delivered(crowd: Crowd, load: Load) -> None:
    each = load.events // load.tests
    await crowd.has_received((each + 1) * load.listeners, DELIVERY_SECONDS)
