"""The global feed: who reads for all, and what a listener meets meanwhile."""

import asyncio

import pytest

from results.live.everything import merged_log, ring
from results.live.hub import current_hub
from results.live.stream import Pace
from tests.factories import make_hash, make_variables
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
from tests.live_viewers import (
    Viewer,
    all_of,
    blocked_readers,
    eventually,
    in_loop,
)


@pytest.fixture
def client(redis_client, server_url):
    with product_listing(redis_client, server_url) as client:
        yield client


def test_listeners_of_some_tests_get_those_alone_from_the_same_reader(client):
    spread(client, *range(30))

    async def scenario():
        some = GlobalViewer(tests=("alpha", "gamma"))
        async with some, GlobalViewer() as everything, GlobalViewer(
            tests=("beta",), replay=3
        ) as one:
            await one.has(3)
            spread(client, *range(30, 60))
            assert await some.has(40) == merged_ids(client, "alpha", "gamma")
            assert await one.has(13) == merged_ids(client, "beta")[-13:]
            assert await everything.has(60) == merged_ids(client, *IDS)
            assert blocked_readers(client) <= 1

    in_loop(scenario)


def test_a_test_that_is_named_is_followed_though_no_index_lists_it(client):
    add_to(client, "unlisted", 1)

    async def scenario():
        async with GlobalViewer(tests=("unlisted",)) as viewer:
            await viewer.has(1)
            add_to(client, "unlisted", 2)
            assert await viewer.has(2) == merged_ids(client, "unlisted")

    in_loop(scenario)


def test_an_unknown_test_that_is_named_ends_the_stream_with_the_reason(client):
    async def scenario():
        async with GlobalViewer(tests=("nobody",)) as viewer:
            await eventually(lambda: viewer.told)
            assert viewer.told == [("bye", {"reason": "unknown_test"})]

    in_loop(scenario)


def test_many_listeners_and_streams_cost_one_reader(client):
    tests = [f"test{number:03}" for number in range(300)]
    list_tests(client, *tests)

    async def scenario():
        viewers = [GlobalViewer() for _ in range(30)]
        async with all_of(viewers):
            await eventually(lambda: current_hub().everything.ring.is_started)
            await eventually(lambda: blocked_readers(client) == 1)
            for test_id in tests:
                add_to(client, test_id, 1, 2)
            truth = merged_ids(client, *tests)
            for viewer in viewers:
                assert await viewer.has(600) == truth
            assert current_hub().metrics.entries == 600
            assert current_hub().metrics.deliveries == 30 * 600

    in_loop(scenario)


def test_a_long_backlog_of_few_streams_comes_page_by_page(client):
    add_to(client, "alpha", *range(3000))
    add_to(client, "beta", *range(10))

    async def scenario():
        async with GlobalViewer(resume_after="0") as viewer:
            assert await viewer.has(3010) == merged_ids(client, *IDS)

    in_loop(scenario)


def test_a_listener_that_fell_behind_the_ring_reads_at_its_own_place(
    client, monkeypatch
):
    monkeypatch.setattr(ring, "RING_FRAMES", 8)
    monkeypatch.setattr(ring, "FRAMES_A_WRITE", 3)
    spread(client, 0)

    async def scenario():
        async with GlobalViewer() as quick:
            await quick.has(1)
            slow = GlobalViewer()
            start = await anext(slow.chunks) + await anext(slow.chunks)
            for number in range(1, 60):
                spread(client, number)
                await quick.has(number + 1)
            async with slow:
                await slow.has(59)
                slow.bytes = start + slow.bytes
                assert slow.ids == quick.ids == merged_ids(client, *IDS)

    in_loop(scenario)


def test_a_key_that_is_no_stream_is_left_out_and_taken_in_again(client):
    client.set(event_key("beta"), "x")

    async def scenario():
        async with GlobalViewer() as viewer:
            add_to(client, "alpha", 1)
            await viewer.has(1)
            client.delete(event_key("beta"))
            add_to(client, "beta", 3)
            add_to(client, "alpha", 2)
            assert await viewer.has(3) == merged_ids(client, *IDS)

    in_loop(scenario)


def test_hidden_values_are_read_again_when_a_run_begins(client):
    def hide(value):
        client.hset(
            "test:alpha",
            mapping=make_hash("alpha", variables=make_variables(password=value)),
        )

    def log(type_, text):
        client.xadd(event_key("alpha"), {"type": type_, "message": text})

    hide("first-secret")

    async def scenario():
        async with GlobalViewer() as viewer:
            await eventually(lambda: current_hub().everything.ring.is_started)
            log("step_start", "with first-secret")
            await viewer.has(1)
            hide("second-secret")
            log("plan_start", "with second-secret")
            log("step_start", "again second-secret")
            await viewer.has(3)
            assert [data["message"] for data in viewer.data] == [
                "with ***",
                "with ***",
                "again ***",
            ]

    in_loop(scenario)


def test_the_feed_of_one_test_and_that_of_all_say_the_same(client):
    client.hset("test:alpha", mapping=make_hash("alpha"))

    async def scenario():
        async with Viewer(test_id="alpha") as one, GlobalViewer() as everything:
            await eventually(lambda: one.bytes and everything.bytes)
            add_to(client, "alpha", *range(5))
            assert [f"{i}@alpha" for i in await one.has(5)] == await everything.has(5)
            assert one.data == everything.data

    in_loop(scenario)


def test_silence_is_broken_by_comments(client):
    async def scenario():
        async with GlobalViewer(pace=Pace(0.02, 300)) as viewer:
            await eventually(lambda: viewer.comments >= 2)

    in_loop(scenario)


def test_an_idle_stream_is_ended_with_the_reason(client):
    async def scenario():
        async with GlobalViewer(pace=Pace(15, 0.1)) as viewer:
            await eventually(lambda: viewer.told)
            assert viewer.told == [("bye", {"reason": "idle"})]

    in_loop(scenario)


@pytest.mark.parametrize("limit", ["LIVE_MAX_LISTENERS", "LIVE_MAX_PER_ADDRESS"])
def test_limits_count_listeners_of_all_tests_too(client, settings, limit):
    setattr(settings, limit, 1)
    settings.LIVE_MAX_PER_TEST = 1

    async def scenario():
        async with GlobalViewer(address="10.0.0.1") as first:
            await eventually(lambda: first.bytes)
            async with GlobalViewer(address="10.0.0.1") as second:
                await eventually(lambda: second.told)
                assert second.told == [("bye", {"reason": "full"})]

    in_loop(scenario)


def test_no_test_s_limit_holds_for_all_tests(client, settings):
    settings.LIVE_MAX_PER_TEST = 1

    async def scenario():
        viewers = [GlobalViewer() for _ in range(3)]
        async with all_of(viewers):
            spread(client, 1)
            for viewer in viewers:
                await viewer.has(1)

    in_loop(scenario)


def test_entries_ahead_of_the_clock_wait_and_hold_nobody_up(client):
    async def scenario():
        async with GlobalViewer() as viewer:
            await eventually(lambda: current_hub().everything.ring.is_started)
            seconds, _ = client.time()
            with client.pipeline() as pipe:
                for number in range(700):
                    ahead = f"{(seconds + 3600) * 1000}-{number}"
                    pipe.xadd(event_key("beta"), {"n": "1"}, id=ahead)
                pipe.execute()
            for number in range(5):
                add_to(client, "alpha", number)
                await viewer.has(number + 1)
            before = client.info("commandstats")["cmdstat_xread"]["calls"]
            await asyncio.sleep(0.5)
            after = client.info("commandstats")["cmdstat_xread"]["calls"]
            assert after - before <= 6
            assert viewer.ids == merged_ids(client, "alpha")

    in_loop(scenario)


def test_the_store_is_asked_seldom_while_nothing_happens(client):
    async def scenario():
        async with GlobalViewer() as viewer:
            await eventually(lambda: viewer.bytes)
            await asyncio.sleep(0.2)
            before = client.info("stats")["total_commands_processed"]
            await asyncio.sleep(2)
            after = client.info("stats")["total_commands_processed"]
            # A blocking read, and TIME, SMEMBERS and XREAD in a MULTI, once a second.
            assert after - before <= 3 * 6 + 3

    in_loop(scenario)


def test_streams_are_read_in_parts_of_one_moment(client, monkeypatch):
    monkeypatch.setattr(merged_log, "STREAMS_A_READ", 7)
    tests = [f"test{number:02}" for number in range(20)]
    list_tests(client, *tests)
    client.set(event_key("test09"), "no stream")
    readable = [test_id for test_id in tests if test_id != "test09"]

    async def scenario():
        async with GlobalViewer(resume_after="0") as viewer:
            await eventually(lambda: current_hub().everything.ring.is_started)
            for number in range(3):
                for test_id in readable:
                    add_to(client, test_id, number)
            assert await viewer.has(57) == merged_ids(client, *readable)

    in_loop(scenario)
