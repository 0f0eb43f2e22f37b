"""The benchmark's scenarios with 100 listeners: that nothing is lost, never how fast.

The servers are real processes, and so is the store, which is killed with them.
"""

import asyncio

import httpx

from benchmarks.live.loads import Load, gathered, send, verdict
from benchmarks.live.scenarios import churn, server_kill, store_kill, stuck
from benchmarks.live.servers import PRODUCT
from benchmarks.live.stage import stage

SECONDS = 40.0


def test_every_listener_gets_every_event_once_and_in_order():
    loads = {
        "a burst": Load(100, events=300),
        "one by one": Load(100, events=100, rate=200),
        "over many streams": Load(100, events=250, tests=25),
    }

    async def scenario():
        async with stage(PRODUCT) as here:
            for name, load in loads.items():
                async with gathered(here, load) as crowd:
                    await send(here, load)
                    found = await verdict(here, load, crowd, SECONDS)
                    assert found.is_exact, f"{name}: {found}"
                here.store.client.flushall()

    asyncio.run(scenario())


def test_the_death_of_the_store_is_survived_by_every_stream():
    load = Load(100, events=150, rate=150)

    async def scenario():
        async with stage(PRODUCT) as here:
            url = f"http://127.0.0.1:{here.ports[0]}/readyz"
            return await store_kill.play(here, load, lambda: is_noticed(url))

    outcome = asyncio.run(scenario())
    assert outcome.verdict.is_exact, str(outcome.verdict)
    assert outcome.connects == load.listeners


def test_listeners_of_killed_servers_resume_at_the_next_one():
    load = Load(100, events=150, rate=50)

    async def scenario():
        async with stage(PRODUCT, servers=2) as here:
            return await server_kill.play(here, load, pause_seconds=0.05)

    outcome = asyncio.run(scenario())
    assert outcome.verdict.is_exact, str(outcome.verdict)
    # Half of them were at the first server, and all of them at the second then.
    assert outcome.reconnects >= 150


def test_who_reconnects_all_the_time_misses_and_repeats_nothing():
    load = Load(20, events=100, rate=100)

    async def scenario():
        async with stage(PRODUCT, servers=2) as here:
            return await churn.play(here, load, reconnects=200)

    outcome = asyncio.run(scenario())
    assert outcome.verdict.is_exact, str(outcome.verdict)
    assert outcome.reconnects >= 200


def test_a_listener_gets_everything_beside_some_that_never_read():
    load = Load(1, events=2000, padding=800)

    async def scenario():
        async with stage(PRODUCT) as here:
            return await stuck.play(here, load, stuck=20)

    outcome = asyncio.run(scenario())
    assert outcome.verdict.is_exact, str(outcome.verdict)


async def is_noticed(url: str) -> None:
    """Until the server says that its store is away."""
    async with asyncio.timeout(SECONDS), httpx.AsyncClient(timeout=None) as client:
        while (await client.get(url)).status_code != 503:
            pass
