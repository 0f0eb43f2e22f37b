"""The global feed: every entry of every test, once, in one order."""

import asyncio
import contextlib
import threading

import pytest

from results.live.everything import pages
from results.live.hub import current_hub
from tests.global_viewers import (
    IDS,
    GlobalViewer,
    add_to,
    event_key,
    list_tests,
    merged_ids,
    product_listing,
    spread,
)
from tests.live_viewers import eventually, in_loop


@pytest.fixture
def client(redis_client, server_url):
    with product_listing(redis_client, server_url) as client:
        yield client


def test_the_newest_of_all_tests_come_in_one_order_and_then_new_ones(client):
    spread(client, *range(60))

    async def scenario():
        async with GlobalViewer() as viewer:
            assert await viewer.has(50) == merged_ids(client, *IDS)[-50:]
            spread(client, 60, 61)
            assert await viewer.has(52) == merged_ids(client, *IDS)[-52:]
            assert viewer.data[-1] == {
                "type": "step_start",
                "step_number": "61",
                "test_id": IDS[61 % 3],
            }
            assert viewer.told == []

    in_loop(scenario)


def test_entries_of_one_millisecond_are_ordered_by_their_tests(client):
    for test_id in reversed(IDS):
        for number in range(3):
            client.xadd(event_key(test_id), {"n": "1"}, id=f"1000-{number}")

    async def scenario():
        async with GlobalViewer() as viewer:
            ids = await viewer.has(9)
            assert ids == [f"1000-{n}@{test_id}" for n in range(3) for test_id in IDS]
        for position, last in enumerate(ids[:-1]):
            async with GlobalViewer(resume_after=last) as viewer:
                assert await viewer.has(8 - position) == ids[position + 1 :]
                assert viewer.told == []

    in_loop(scenario)


@pytest.mark.parametrize("replay", [0, 1, 2, 59, 60, 500])
def test_the_client_says_how_many_come_first(client, replay):
    add_to(client, "alpha", *range(40))
    add_to(client, "beta", *range(15))
    add_to(client, "alpha", *range(5))
    before = merged_ids(client, *IDS)

    async def scenario():
        async with GlobalViewer(replay=replay) as viewer:
            await eventually(lambda: current_hub().everything.ring.is_started)
            await eventually(lambda: len(viewer.ids) == min(replay, 60))
            add_to(client, "gamma", 1)
            ids = await viewer.has(min(replay, 60) + 1)
            assert ids == merged_ids(client, *IDS)[60 - min(replay, 60) :]
            assert ids[:-1] == before[60 - min(replay, 60) :]

    in_loop(scenario)


def test_many_writers_at_once_and_listeners_that_come_in_between(client, server_url):
    """Exactly once and in order, against what Redis holds."""
    tests = [f"test{number:02}" for number in range(20)]
    list_tests(client, *tests)

    def write(part):
        for number in range(60):
            for test_id in part:
                add_to(client, test_id, number)

    async def scenario():
        viewers = [GlobalViewer(resume_after="0-0")]
        async with contextlib.AsyncExitStack() as leaving:
            await leaving.enter_async_context(viewers[0])
            writers = [
                threading.Thread(target=write, args=(tests[start::4],))
                for start in range(4)
            ]
            for writer in writers:
                writer.start()
            while any(writer.is_alive() for writer in writers):
                viewers.append(GlobalViewer(resume_after="0-0"))
                await leaving.enter_async_context(viewers[-1])
                await asyncio.sleep(0.05)
            truth = merged_ids(client, *tests)
            assert len(truth) == 1200
            for viewer in viewers:
                assert await viewer.has(1200) == truth
                assert viewer.told == []

    in_loop(scenario)


def test_every_position_can_be_resumed(client):
    spread(client, *range(40))
    truth = merged_ids(client, *IDS)

    async def scenario():
        for number, last in enumerate(truth):
            async with GlobalViewer(resume_after=last) as viewer:
                await eventually(lambda v=viewer: v.bytes)
                await viewer.has(39 - number)
                assert viewer.ids == truth[number + 1 :]
                assert viewer.told == []

    in_loop(scenario)


def test_a_client_that_leaves_and_comes_back_misses_and_repeats_nothing(client):
    async def scenario():
        got, last = [], "0-0"
        for number in range(0, 60, 3):
            async with GlobalViewer(resume_after=last) as viewer:
                spread(client, number, number + 1)
                await viewer.has(1)
            spread(client, number + 2)
            got += viewer.ids
            last = got[-1]
        async with GlobalViewer(resume_after=last) as viewer:
            await viewer.has(60 - len(got))
            assert got + viewer.ids == merged_ids(client, *IDS)

    in_loop(scenario)


def test_an_entry_that_arrives_during_the_replay_is_neither_lost_nor_repeated(
    client, monkeypatch
):
    """After Redis answered a client's reading, and before the client learns of it."""
    spread(client, *range(9))
    read = pages.Pages._read

    async def hooked(self, place, chosen):
        page = await read(self, place, chosen)
        spread(client, *range(100, 103))
        await asyncio.sleep(0.02)
        return page

    monkeypatch.setattr(pages.Pages, "_read", hooked)

    async def scenario():
        async with GlobalViewer() as first, GlobalViewer(resume_after="0-0") as second:
            await eventually(lambda: current_hub().everything.ring.is_started)
            await first.has(12)
            monkeypatch.setattr(pages.Pages, "_read", read)
            spread(client, 200)
            count = len(merged_ids(client, *IDS))
            assert await first.has(count) == merged_ids(client, *IDS)
            assert await second.has(count) == merged_ids(client, *IDS)

    in_loop(scenario)


def test_a_test_that_appears_joins_with_its_first_entry(client):
    async def scenario():
        async with GlobalViewer() as viewer:
            spread(client, 1)
            await viewer.has(1)
            for number in range(20):
                list_tests(client, f"new{number}")
                add_to(client, f"new{number}", 1)
                spread(client, number)
            new = [f"new{number}" for number in range(20)]
            assert await viewer.has(41) == merged_ids(client, *IDS, *new)
            assert viewer.told == []

    in_loop(scenario)


def test_ids_in_the_index_that_no_test_can_have_are_left_out(client):
    client.sadd("tests:all", "a b", b"\xff", "x" * 65)
    spread(client, 1, 2)

    async def scenario():
        async with GlobalViewer() as viewer:
            assert await viewer.has(2) == merged_ids(client, *IDS)

    in_loop(scenario)
