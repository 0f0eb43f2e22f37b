"""The one reader of a process, when keys, entries or the reader itself are at fault."""

import asyncio

import pytest

from results.live import following, hub, reader
from results.live.asking import Asking
from results.live.following import Follower
from tests.factories import TEST_ID
from tests.live_viewers import (
    KEY,
    Viewer,
    add,
    blocked_readers,
    eventually,
    in_loop,
    product_knowing,
    stored_ids,
)

OTHER_ID, OTHER_KEY = "other123", "events:other123"


@pytest.fixture
def client(redis_client, server_url):
    with product_knowing(redis_client, server_url, TEST_ID, OTHER_ID) as client:
        yield client


@pytest.fixture
def attentive(monkeypatch):
    """A reader that looks around more often than once in 5 s."""
    monkeypatch.setattr(reader, "BLOCK_SECONDS", 0.1)
    monkeypatch.setattr(following, "BLOCK_SECONDS", 0.1)
    monkeypatch.setattr(following, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(following, "LOOK_A_STREAM_SECONDS", 0.0)


def test_a_key_that_is_no_stream_silences_nobody_else(client, attentive, caplog):
    async def scenario():
        async with Viewer() as good, Viewer(test_id=OTHER_ID) as bad:
            await eventually(lambda: good.bytes and bad.bytes)
            await eventually(lambda: blocked_readers(client) == 1)
            client.set(OTHER_KEY, "x")
            for number in range(3):
                add(client, number)
                await good.has(number + 1)
            assert any(OTHER_ID in line for line in caplog.messages)
            client.delete(OTHER_KEY)
            await asyncio.sleep(0.3)
            add(client, 9, key=OTHER_KEY)
            await bad.has(1)

    in_loop(scenario)


def test_all_watched_keys_may_be_no_streams_for_a_while(client, attentive):
    async def scenario():
        async with Viewer() as viewer:
            await eventually(lambda: viewer.bytes)
            await eventually(lambda: blocked_readers(client) == 1)
            client.set(KEY, "x")
            await asyncio.sleep(0.3)
            client.delete(KEY)
            await asyncio.sleep(0.3)
            add(client, 1)
            await viewer.has(1)

    in_loop(scenario)


def test_a_new_stream_whose_ids_start_lower_is_followed(client, attentive):
    """The server's clock was set back, or the store was replaced."""
    add(client, 1, 2)

    async def scenario():
        async with Viewer() as viewer:
            await viewer.has(2)
            client.delete(KEY)
            await asyncio.sleep(0.3)
            for entry_id in ("5-1", "5-2", "6-0"):
                client.xadd(KEY, {"type": "step_start"}, id=entry_id)
            assert (await viewer.has(5))[2:] == ["5-1", "5-2", "6-0"]
            assert viewer.told == [("reset", {"reason": "ahead", "from": "0-0"})]
            async with Viewer() as late:
                assert await late.has(3) == ["5-1", "5-2", "6-0"]
                client.xadd(KEY, {"type": "step_start"}, id="6-1")
                assert (await late.has(4))[-1] == "6-1"
                assert (await viewer.has(6))[-1] == "6-1"
                assert late.told == []

    in_loop(scenario)


def test_a_stream_that_lost_its_newest_entries_is_told_again(client, attentive):
    """As after a failover to a replica that lagged: nobody knows what else it lost."""
    client.xadd(KEY, {"n": "1"}, id="1-0")
    client.xadd(KEY, {"n": "2"}, id="9-0")

    async def scenario():
        async with Viewer() as viewer:
            await viewer.has(2)
            client.delete(KEY)
            client.xadd(KEY, {"n": "1"}, id="1-0")
            client.xadd(KEY, {"n": "3"}, id="2-0")
            assert await viewer.has(4) == ["1-0", "9-0", "1-0", "2-0"]
            assert viewer.told == [("reset", {"reason": "ahead", "from": "0-0"})]

    in_loop(scenario)


def test_a_reader_that_is_killed_is_replaced(client, caplog):
    async def scenario():
        async with Viewer() as viewer:
            await eventually(lambda: blocked_readers(client) == 1)
            the_hub = hub.current_hub()
            the_hub._shards[0]._task.cancel()
            await eventually(lambda: the_hub.metrics.restarts == 1)
            assert hub.is_limping()
            add(client, 1, 2)
            assert await viewer.has(2) == stored_ids(client)
            await eventually(lambda: not hub.is_limping())

    in_loop(scenario)
    assert any("was ended" in line for line in caplog.messages)


def test_a_reader_that_dies_of_a_fault_of_ours_is_replaced(client, monkeypatch, caplog):
    turn = Follower.turn
    faults = iter([RuntimeError("ours"), RuntimeError("ours")])

    async def fails_twice(self):
        for fault in faults:
            raise fault
        return await turn(self)

    monkeypatch.setattr(Follower, "turn", fails_twice)

    async def scenario():
        async with Viewer() as viewer:
            await eventually(hub.is_limping)
            await eventually(lambda: hub.current_hub().metrics.restarts == 2)
            add(client, 1)
            await viewer.has(1)
            await eventually(lambda: not hub.is_limping())

    in_loop(scenario)
    assert sum(record.exc_info is not None for record in caplog.records) == 2


def test_an_entry_that_cannot_be_encoded_is_skipped_for_good(
    client, monkeypatch, caplog
):
    from results.codec import events

    decode = events.decode_entry

    def fails(test_id, entry_id, fields, scrubber):
        if fields.get(b"type") == b"poison":
            raise ValueError
        return decode(test_id, entry_id, fields, scrubber)

    monkeypatch.setattr(events, "decode_entry", fails)

    async def scenario():
        async with Viewer() as viewer:
            await eventually(lambda: viewer.bytes)
            client.xadd(KEY, {"type": "poison"})
            client.xadd(KEY, {"type": "step_start", "message": b"\xff"})
            await viewer.has(1)
            assert viewer.ids == stored_ids(client)[1:]
            assert sum("left out" in line for line in caplog.messages) == 1

    in_loop(scenario)


def test_the_metrics_count_what_happened(client):
    async def scenario():
        async with Viewer() as viewer:
            await eventually(lambda: viewer.bytes)
            await eventually(lambda: blocked_readers(client) == 1)
            add(client, 1, 2, 3)
            await viewer.has(3)
            metrics = hub.current_hub().metrics
            await eventually(lambda: metrics.entries == 3)
            assert (metrics.listeners, metrics.streams) == (1, 1)
            assert metrics.deliveries == 3
            assert 0 <= metrics.lag_ms + 100 < 10_100
            assert (metrics.outages, metrics.restarts) == (0, 0)

    in_loop(scenario)


def test_whoever_comes_while_the_reader_ends_is_served(client, monkeypatch):
    closing, going_on = asyncio.Event(), asyncio.Event()
    close = Asking.close

    async def slow_close(self):
        closing.set()
        await going_on.wait()
        await close(self)

    monkeypatch.setattr(Asking, "close", slow_close)

    async def scenario():
        async with Viewer():
            await eventually(lambda: blocked_readers(client) == 1)
        await closing.wait()
        async with Viewer() as viewer:
            await eventually(lambda: viewer.bytes)
            going_on.set()
            add(client, 1)
            assert await viewer.has(1) == stored_ids(client)
            assert hub.current_hub().metrics.restarts == 0

    in_loop(scenario)


def test_nobody_limps_where_nobody_listens():
    assert not hub.is_limping()
