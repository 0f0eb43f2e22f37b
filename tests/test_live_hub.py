"""The one reader of a process: shared, woken, supervised; no key can stop it."""

import asyncio

import pytest

from results.embedded import start_server
from results.live import following, hub, reader
from results.live.asking import Asking
from results.live.following import Follower
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

OTHER_ID, OTHER_KEY = "other123", "events:other123"


@pytest.fixture
def client(redis_client, server_url):
    """The real server with two tests that have no events yet."""
    for test_id in (TEST_ID, OTHER_ID):
        redis_client.hset(f"test:{test_id}", mapping=make_hash(test_id))
    with product_at(server_url):
        yield redis_client


@pytest.fixture
def attentive(monkeypatch):
    """A reader that looks around more often than once in 5 s."""
    monkeypatch.setattr(reader, "BLOCK_SECONDS", 0.1)
    monkeypatch.setattr(following, "BLOCK_SECONDS", 0.1)
    monkeypatch.setattr(following, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(following, "LOOK_A_STREAM_SECONDS", 0.0)


def blocked_readers(client) -> int:
    return sum(c["cmd"] == "xread" for c in client.client_list())


def calls(client, command: str) -> int:
    stats = client.info("commandstats").get(f"cmdstat_{command}", {"calls": 0})
    return stats["calls"]


def test_many_clients_of_many_streams_share_one_blocking_read(client):
    async def scenario():
        viewers = [
            Viewer(test_id=id_) for id_ in (TEST_ID, OTHER_ID) for _ in range(50)
        ]
        async with all_of(viewers):
            await eventually(lambda: all(viewer.bytes for viewer in viewers))
            await eventually(lambda: blocked_readers(client) == 1)
            assert hub.current_hub().metrics.listeners == 100
            assert hub.current_hub().metrics.streams == 2
            before = calls(client, "xread")
            add(client, *range(20))
            add(client, *range(20), key=OTHER_KEY)
            for viewer in viewers:
                await viewer.has(20)
            assert calls(client, "xread") - before <= 40
            assert {tuple(viewer.ids) for viewer in viewers} == {
                tuple(stored_ids(client)),
                tuple(stored_ids(client, OTHER_KEY)),
            }

    in_loop(scenario)


def test_waiting_clients_cost_redis_next_to_nothing(client):
    add(client, 1)

    async def scenario():
        viewers = [Viewer() for _ in range(50)]
        async with all_of(viewers):
            for viewer in viewers:
                await viewer.has(1)
            await eventually(lambda: blocked_readers(client) == 1)
            before = client.info("stats")["total_commands_processed"]
            await asyncio.sleep(1)
            after = client.info("stats")["total_commands_processed"]
            assert after - before <= 3

    in_loop(scenario)


def test_a_stream_that_is_added_does_not_wait_for_the_read_under_way(client):
    async def scenario():
        async with Viewer() as first:
            await eventually(lambda: blocked_readers(client) == 1)
            async with Viewer(test_id=OTHER_ID) as second:
                await eventually(lambda: second.bytes)
                add(client, 1, key=OTHER_KEY)
                async with asyncio.timeout(2):
                    await second.has(1)
            add(client, 2)
            await first.has(1)

    in_loop(scenario)


def test_a_user_who_may_not_unblock_gets_on_as_quickly(tmp_path):
    server = start_server(tmp_path, persist=False)
    from redis import Redis

    admin = Redis.from_url(server.url)
    admin.acl_setuser(
        "limited",
        enabled=True,
        passwords=["+secret"],
        keys=["*"],
        commands=["+@all", "-client|unblock"],
    )
    for test_id in (TEST_ID, OTHER_ID):
        admin.hset(f"test:{test_id}", mapping=make_hash(test_id))

    async def scenario():
        async with Viewer() as first:
            await eventually(lambda: blocked_readers(admin) == 1)
            async with Viewer(test_id=OTHER_ID) as second:
                await eventually(lambda: second.bytes)
                add(admin, 1, key=OTHER_KEY)
                async with asyncio.timeout(2):
                    await second.has(1)
            add(admin, 2)
            await first.has(1)

    host = server.url.rpartition("@")[2]
    try:
        with product_at(f"redis://limited:secret@{host}"):
            in_loop(scenario)
    finally:
        admin.close()
        server.stop()


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
