"""The store dies and comes back: every entry once and in order, no stream closed."""

import asyncio
import os
import random
import signal
import threading

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from results.embedded.address import fresh_address
from results.embedded.binary import find_binary
from results.embedded.launching import start_at
from results.embedded.server import ServerPlan
from results.live import asking, hub
from results.live.stream import Pace
from tests.factories import TEST_ID, make_hash
from tests.live_viewers import (
    KEY,
    Viewer,
    add,
    all_of,
    eventually,
    in_loop,
    product_at,
    stored_ids,
)

pytestmark = pytest.mark.usefixtures("short_limits")


class MortalStore:
    """A store on one address that can be killed, started again, and frozen."""

    def __init__(self, data_dir) -> None:
        self._plan = ServerPlan(find_binary(), data_dir, persist=True)
        self._address = fresh_address()
        self.server = None
        self.client = Redis.from_url(
            self._address.url, socket_timeout=5, retry=Retry(NoBackoff(), 1)
        )

    @property
    def url(self) -> str:
        return self._address.url

    def start(self) -> None:
        self.server = start_at(self._plan, self._address, threading.Event())

    def kill(self) -> None:
        os.kill(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def send(self, number: signal.Signals) -> None:
        os.kill(self.server.pid, number)


@pytest.fixture
def mortal(tmp_path):
    store = MortalStore(tmp_path)
    with product_at(store.url):
        yield store
    store.client.close()
    if store.server is not None:
        store.send(signal.SIGCONT)
        store.server.stop()


@pytest.fixture
def running(mortal):
    mortal.start()
    mortal.client.hset(f"test:{TEST_ID}", mapping=make_hash())
    return mortal


def test_clients_go_on_after_the_store_was_killed_and_restarted(running, caplog):
    client = running.client

    async def scenario():
        viewers = [Viewer() for _ in range(20)]
        async with all_of(viewers):
            add(client, *range(10))
            for viewer in viewers:
                await viewer.has(10)
            running.kill()
            await eventually(hub.is_limping)
            await asyncio.sleep(0.5)
            running.start()
            add(client, *range(10, 20))
            for viewer in viewers:
                assert await viewer.has(20) == stored_ids(client)
            await eventually(lambda: not hub.is_limping())
            assert hub.current_hub().metrics.outages == 1
            assert not any(viewer.task.done() for viewer in viewers)

    in_loop(scenario)
    said = [line for line in caplog.messages if "store" in line]
    assert len(said) == 2


def test_a_client_may_come_while_the_store_is_away(running):
    client = running.client
    add(client, *range(5))
    resume_after = stored_ids(client)[1]
    running.kill()

    async def scenario():
        async with Viewer() as fresh, Viewer(resume_after=resume_after) as resuming:
            await eventually(lambda: fresh.bytes and resuming.bytes)
            await asyncio.sleep(0.5)
            running.start()
            assert await fresh.has(5) == stored_ids(client)
            assert await resuming.has(3) == stored_ids(client)[2:]
            add(client, 5)
            assert await fresh.has(6) == stored_ids(client)
            assert await resuming.has(4) == stored_ids(client)[2:]

    in_loop(scenario)


def test_a_stream_that_waited_for_the_store_ends_when_the_test_is_unknown(mortal):
    async def scenario():
        async with Viewer(pace=Pace(0.1, 300.0)) as viewer:
            await eventually(lambda: viewer.comments > 3)
            mortal.start()
            await asyncio.wait_for(viewer.task, 10)

    in_loop(scenario)


def test_an_idle_stream_ends_also_while_the_store_is_away(mortal):
    async def scenario():
        async with Viewer(pace=Pace(15.0, 0.3)) as viewer:
            await viewer.task

    in_loop(scenario)


def test_a_frozen_store_delays_and_loses_nothing(running, monkeypatch):
    monkeypatch.setattr(asking, "READ_SECONDS", 0.2)
    client = running.client
    add(client, 1, 2)

    async def scenario():
        async with Viewer() as viewer:
            await viewer.has(2)
            running.send(signal.SIGSTOP)
            async with Viewer(pace=Pace(0.1, 300.0)) as late:
                await eventually(lambda: late.comments > 5)
                running.send(signal.SIGCONT)
                assert await late.has(2) == stored_ids(client)
                add(client, 3)
                assert await late.has(3) == stored_ids(client)
                assert await viewer.has(3) == stored_ids(client)

    in_loop(scenario)


def test_clients_that_reconnect_all_the_time_miss_and_repeat_nothing(running):
    """With a writer that never stops, and the store killed once in between."""
    client = running.client
    client.xadd(KEY, {"type": "plan_start"})
    first = stored_ids(client)[0]
    chance = random.Random(1)

    async def reconnect(received: list[str], is_over: asyncio.Event) -> None:
        over = False
        while not over:
            resume_after = received[-1] if received else first
            async with Viewer(resume_after=resume_after) as viewer:
                await asyncio.sleep(chance.uniform(0.01, 0.05))
                if over := is_over.is_set():
                    await viewer.has(len(stored_ids(client)) - 1 - len(received))
                received += viewer.ids

    async def scenario():
        is_over = asyncio.Event()
        received: list[list[str]] = [[] for _ in range(8)]
        clients = [asyncio.create_task(reconnect(ids, is_over)) for ids in received]
        for number in range(60):
            add(client, *range(3))
            await asyncio.sleep(0.02)
            if number == 30:
                running.kill()
                await asyncio.sleep(0.3)
                running.start()
        is_over.set()
        await asyncio.gather(*clients)
        truth = stored_ids(client)[1:]
        assert len(truth) == 180
        assert received == [truth] * 8

    in_loop(scenario)
