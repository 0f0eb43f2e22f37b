"""The benchmark's scenarios with 100 listeners: that nothing is lost, never how fast.

The two servers are real processes, and so is the store, which is killed with them.
"""

import asyncio

import httpx
import pytest

from benchmarks.live.loads import Load, gathered, send, verdict
from benchmarks.live.scenarios import (
    all_tests,
    churn,
    gaps,
    server_kill,
    store_kill,
    stuck,
)
from benchmarks.live.scenarios.damages import CASES
from benchmarks.live.scenarios.sizes import LIMITS_OFF
from benchmarks.live.servers import PRODUCT
from benchmarks.live.stage import stage

SECONDS = 40.0
LOADS = {
    "a burst": Load(100, events=300),
    "one by one": Load(100, events=100, rate=200),
    "many streams": Load(100, events=250, tests=25),
}


@pytest.fixture(scope="module")
def runner():
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def running(runner):
    """A store and two servers, for all tests of this module."""
    entered = stage(PRODUCT, LIMITS_OFF, servers=2, durable=True)
    yield runner.run(entered.__aenter__())
    runner.run(entered.__aexit__(None, None, None))


@pytest.fixture
def here(running):
    running.store.client.flushall()
    return running


@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
def test_every_listener_gets_every_event_once_and_in_order(runner, here, load):
    async def scenario():
        async with gathered(here, load) as crowd:
            await send(here, load)
            return await verdict(here, load, crowd, SECONDS)

    found = runner.run(scenario())
    assert found.is_exact, str(found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_who_misses_something_is_told_so_and_nobody_else_is(runner, here, case):
    outcome = runner.run(gaps.play(here, case, listeners=100))
    assert outcome.is_honest, f"{outcome.verdict}, or else {outcome.instead}"


def test_a_listener_gets_everything_beside_some_that_never_read(runner, here):
    load = Load(1, events=2000, padding=800)
    outcome = runner.run(stuck.play(here, load, stuck=20))
    assert outcome.verdict.is_exact, str(outcome.verdict)


def test_who_reconnects_all_the_time_misses_and_repeats_nothing(runner, here):
    load = Load(20, events=100, rate=100)
    outcome = runner.run(churn.play(here, load, reconnects=200))
    assert outcome.verdict.is_exact, str(outcome.verdict)
    assert outcome.reconnects >= 200


def test_listeners_of_all_tests_get_every_event_once_and_in_order():
    load = Load(100, events=250, rate=200, tests=25)

    async def scenario():
        async with stage(PRODUCT) as here:
            async with all_tests.gathered(here, load) as crowd:
                return await all_tests.play(here, load, crowd)

    found = asyncio.run(scenario())
    assert found.is_exact, str(found)


def test_the_death_of_the_store_is_survived_by_every_stream(runner, here):
    load = Load(100, events=150, rate=150)
    outcome = runner.run(store_kill.play(here, load, lambda: is_noticed(here)))
    assert outcome.verdict.is_exact, str(outcome.verdict)
    assert outcome.connects == load.listeners


def test_listeners_of_killed_servers_resume_at_the_next_one(runner, here):
    load = Load(100, events=150, rate=50)
    outcome = runner.run(server_kill.play(here, load, pause_seconds=0.05))
    assert outcome.verdict.is_exact, str(outcome.verdict)
    assert outcome.reconnects >= load.listeners


async def is_noticed(here) -> None:
    """Until all servers say that their store is away."""
    async with asyncio.timeout(SECONDS), httpx.AsyncClient(timeout=None) as client:
        for port in here.ports:
            url = f"http://127.0.0.1:{port}/readyz"
            while (await client.get(url)).status_code != 503:
                pass
