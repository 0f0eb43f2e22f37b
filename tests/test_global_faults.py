"""The store or the reader dies: every entry still comes once and in order, to all."""

import asyncio
import random
import signal

import pytest

from results.live import asking
from results.live.everything.follower import Follower
from results.live.hub import current_hub, is_limping
from results.live.stream import Pace
from tests.global_viewers import IDS, GlobalViewer, event_key, list_tests, merged_ids
from tests.live_viewers import add, all_of, eventually, in_loop, product_at
from tests.test_live_faults import MortalStore

pytestmark = pytest.mark.usefixtures("short_limits")


@pytest.fixture
def store(tmp_path):
    """One that can be killed, started again, and frozen; it knows three tests."""
    mortal = MortalStore(tmp_path)
    mortal.start()
    list_tests(mortal.client, *IDS)
    with product_at(mortal.url):
        yield mortal
    mortal.client.close()
    mortal.send(signal.SIGCONT)
    mortal.server.stop()


def spread(client, *numbers):
    for number in numbers:
        add(client, number, key=event_key(IDS[number % len(IDS)]))


def test_listeners_go_on_after_the_store_was_killed_and_restarted(store):
    client = store.client

    async def scenario():
        viewers = [GlobalViewer() for _ in range(10)]
        viewers += [GlobalViewer(tests=IDS[:2]) for _ in range(10)]
        async with all_of(viewers):
            spread(client, *range(9))
            for viewer in viewers:
                await viewer.has(6)
            store.kill()
            await eventually(is_limping)
            store.start()
            spread(client, *range(9, 18))
            for viewer in viewers[:10]:
                assert await viewer.has(18) == merged_ids(client, *IDS)
            for viewer in viewers[10:]:
                assert await viewer.has(12) == merged_ids(client, *IDS[:2])
            await eventually(lambda: not is_limping())
            assert current_hub().metrics.outages == 1
            assert not any(viewer.told for viewer in viewers)

    in_loop(scenario)


def test_a_listener_may_come_while_the_store_is_away(store):
    client = store.client
    spread(client, *range(6))
    ids = merged_ids(client, *IDS)
    store.kill()

    async def scenario():
        async with GlobalViewer() as fresh, GlobalViewer(resume_after=ids[1]) as late:
            await eventually(lambda: fresh.bytes and late.bytes)
            store.start()
            assert await fresh.has(6) == ids
            assert await late.has(4) == ids[2:]
            spread(client, 7)
            assert await fresh.has(7) == merged_ids(client, *IDS)
            assert await late.has(5) == merged_ids(client, *IDS)[2:]

    in_loop(scenario)


def test_a_frozen_store_delays_and_loses_nothing(store, monkeypatch):
    monkeypatch.setattr(asking, "READ_SECONDS", 0.2)
    client = store.client
    spread(client, 1, 2)

    async def scenario():
        async with GlobalViewer() as viewer:
            await viewer.has(2)
            store.send(signal.SIGSTOP)
            async with GlobalViewer(pace=Pace(0.1, 300.0)) as late:
                await eventually(lambda: late.comments > 5)
                store.send(signal.SIGCONT)
                assert await late.has(2) == merged_ids(client, *IDS)
                spread(client, 3, 4)
                assert await late.has(4) == merged_ids(client, *IDS)
                assert await viewer.has(4) == merged_ids(client, *IDS)
                assert viewer.told == []

    in_loop(scenario)


@pytest.mark.parametrize("failure", [RuntimeError("a fault of ours"), None])
def test_a_reader_that_dies_is_replaced_and_loses_nothing(store, monkeypatch, failure):
    client, turn = store.client, Follower.turn

    async def die(self, *args):
        monkeypatch.setattr(Follower, "turn", turn)
        raise failure or asyncio.CancelledError()

    async def scenario():
        async with GlobalViewer() as viewer:
            await eventually(lambda: current_hub().everything.ring.is_started)
            spread(client, *range(5))
            await viewer.has(5)
            monkeypatch.setattr(Follower, "turn", die)
            spread(client, *range(5, 10))
            await eventually(lambda: current_hub().metrics.restarts == 1)
            assert await viewer.has(10) == merged_ids(client, *IDS)
            await eventually(lambda: not is_limping())
            assert viewer.told == []

    in_loop(scenario)


def test_listeners_that_reconnect_all_the_time_miss_and_repeat_nothing(store):
    """With a writer that never stops, and the store killed once in between."""
    client = store.client
    spread(client, 0)
    first = merged_ids(client, *IDS)[0]
    chance = random.Random(1)

    async def reconnect(received: list[str], is_over: asyncio.Event) -> None:
        over = False
        while not over:
            last = received[-1] if received else first
            async with GlobalViewer(resume_after=last) as viewer:
                await asyncio.sleep(chance.uniform(0.01, 0.05))
                if over := is_over.is_set():
                    await viewer.has(len(merged_ids(client, *IDS)) - 1 - len(received))
                received += viewer.ids
                assert viewer.told == []

    async def scenario():
        is_over = asyncio.Event()
        received: list[list[str]] = [[] for _ in range(6)]
        clients = [asyncio.create_task(reconnect(ids, is_over)) for ids in received]
        for number in range(60):
            spread(client, *range(3 * number, 3 * number + 3))
            await asyncio.sleep(0.02)
            if number == 30:
                store.kill()
                await asyncio.sleep(0.1)
                store.start()
        is_over.set()
        await asyncio.gather(*clients)
        truth = merged_ids(client, *IDS)[1:]
        assert len(truth) == 180
        assert received == [truth] * 6

    in_loop(scenario)
