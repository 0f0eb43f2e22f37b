"""What a stream that is followed meets: deletion, silence, secrets, and its end."""

import asyncio
import json
import time

import pytest

from results.live import feed as feed_module
from results.live.hub import current_hub
from results.live.stream import Pace
from tests.factories import TEST_ID
from tests.live_viewers import (
    KEY,
    Viewer,
    add,
    eventually,
    in_loop,
    product_knowing,
    stored_ids,
)


@pytest.fixture
def client(redis_client, server_url):
    with product_knowing(redis_client, server_url, TEST_ID) as client:
        yield client


def test_a_stream_that_is_deleted_and_starts_anew_is_followed(client):
    add(client, 1, 2)

    async def scenario():
        async with Viewer() as viewer:
            await viewer.has(2)
            before = stored_ids(client)
            client.delete(KEY)
            add(client, 3)
            assert await viewer.has(3) == before + stored_ids(client)
            client.delete(KEY)
            await asyncio.sleep(0.05)
            add(client, 4, 5)
            assert (await viewer.has(5))[3:] == stored_ids(client)
            assert viewer.told == [("reset", {"reason": "gone", "from": "0-0"})] * 2

    in_loop(scenario)


def test_a_late_client_gets_nothing_of_a_stream_that_was_deleted(client):
    async def scenario():
        async with Viewer() as early:
            await eventually(lambda: early.bytes)
            add(client, 1, 2)
            await early.has(2)
            client.delete(KEY)
            async with Viewer() as late:
                await eventually(lambda: late.bytes)
                await asyncio.sleep(0.1)
                add(client, 3)
                assert await late.has(1) == stored_ids(client)
                await early.has(3)
                assert late.told == []
                assert early.told == [("reset", {"reason": "gone", "from": "0-0"})]

    in_loop(scenario)


def test_a_stream_with_no_other_key_is_followed_through_its_deletion(client):
    client.delete(f"test:{TEST_ID}")
    add(client, 1)

    async def scenario():
        async with Viewer() as viewer:
            await viewer.has(1)
            client.delete(KEY)
            await asyncio.sleep(0.05)
            add(client, 2)
            assert (await viewer.has(2))[1:] == stored_ids(client)

    in_loop(scenario)


def test_a_comment_breaks_the_silence_and_is_put_off_by_entries(client):
    async def scenario():
        async with Viewer(pace=Pace(0.2, 300.0)) as viewer:
            await eventually(lambda: viewer.comments >= 2)
            before = viewer.comments
            started = time.monotonic()
            for number in range(8):
                add(client, number)
                await viewer.has(number + 1)
                await asyncio.sleep(0.05)
            silent = (time.monotonic() - started) < 0.2 * 8
            assert not silent or viewer.comments <= before + 2

    in_loop(scenario)


def test_an_idle_stream_ends_by_itself(client):
    add(client, 1)

    async def scenario():
        started = time.monotonic()
        async with Viewer(pace=Pace(15.0, 0.3)) as viewer:
            await viewer.task
            assert time.monotonic() - started >= 0.3
            assert viewer.ids == stored_ids(client)
            assert viewer.told == [("bye", {"reason": "idle"})]

    in_loop(scenario)


def test_an_entry_puts_the_end_off(client):
    async def scenario():
        async with Viewer(pace=Pace(15.0, 2.0)) as viewer:
            await eventually(lambda: viewer.bytes)
            await asyncio.sleep(0.4)
            before = time.monotonic()
            add(client, 1)
            await viewer.has(1)
            await viewer.task
            assert time.monotonic() - before >= 2.0

    in_loop(scenario)


def test_an_unknown_test_ends_the_stream_that_was_opened_for_it(client):
    async def scenario():
        async with Viewer(test_id="unknown1") as viewer:
            await viewer.task
            assert viewer.ids == []
            assert viewer.told == [("bye", {"reason": "unknown_test"})]

    in_loop(scenario)


def test_an_events_key_that_is_no_stream_ends_the_stream(client):
    client.set(KEY, "x")

    async def scenario():
        async with Viewer() as viewer:
            await viewer.task
            assert viewer.ids == []
            assert viewer.told == [("bye", {"reason": "unreadable_key"})]

    in_loop(scenario)


def test_hidden_values_are_scrubbed_in_the_replay_and_live(client):
    secret = [{"name": "password", "value": "hunter22", "hidden": True}]
    client.hset(f"test:{TEST_ID}", "variables", json.dumps(secret))
    client.xadd(KEY, {"type": "step_start", "message": "typing hunter22"})

    async def scenario():
        async with Viewer() as viewer:
            await viewer.has(1)
            client.xadd(KEY, {"type": "step_start", "message": "typed hunter22"})
            await viewer.has(2)
            assert b"hunter22" not in viewer.bytes
            assert [data["message"] for data in viewer.data] == [
                "typing ***",
                "typed ***",
            ]

    in_loop(scenario)


@pytest.mark.parametrize("reason", ["a new run", "time"])
def test_a_changed_hidden_value_is_noticed_while_the_stream_is_open(
    client, monkeypatch, reason
):
    async def scenario():
        async with Viewer() as viewer:
            await eventually(lambda: viewer.bytes)
            add(client, 1)
            await viewer.has(1)
            secret = [{"name": "password", "value": "newer333", "hidden": True}]
            client.hset(f"test:{TEST_ID}", "variables", json.dumps(secret))
            if reason == "time":
                monkeypatch.setattr(feed_module, "SCRUBBER_SECONDS", 0.0)
                client.xadd(KEY, {"type": "error", "message": "newer333"})
            else:
                client.xadd(KEY, {"type": "plan_start", "message": "newer333"})
            await viewer.has(2)
            assert viewer.data[-1]["message"] == "***"

    in_loop(scenario)


def test_a_listener_that_was_kicked_is_sent_no_more(client):
    from django_eventstream.views import get_listener_manager

    from results.live.channels import channel_of

    async def scenario():
        async with Viewer() as viewer:
            await eventually(lambda: viewer.bytes)
            get_listener_manager().kick("", channel_of(TEST_ID))
            await asyncio.wait_for(viewer.task, 5)
            assert viewer.told == [("bye", {"reason": "forbidden"})]

    in_loop(scenario)


def test_a_cancellation_that_a_driver_swallowed_ends_the_stream(client, monkeypatch):
    """Python 3.11's wait_for loses some; the stream would go on without a client."""
    from results.live.position import Position

    reading = asyncio.Event()

    async def swallow(self):
        reading.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return None

    monkeypatch.setattr(Position, "news", swallow)

    async def scenario():
        viewer = Viewer()
        async with viewer:
            await reading.wait()
            viewer.task.cancel()
            await asyncio.wait((viewer.task,), timeout=60)
            assert viewer.task.done()

    in_loop(scenario)


def test_clients_that_come_and_go_leave_nothing_behind(client):
    add(client, 1, 2, 3)

    async def scenario():
        for _ in range(5):
            viewers = [Viewer() for _ in range(20)]
            for viewer in viewers:
                await viewer.__aenter__()
            for viewer in viewers[::2]:
                await viewer.has(3)
            for viewer in viewers:
                await viewer.__aexit__()
            assert current_hub().metrics.listeners == 0

    in_loop(scenario)
