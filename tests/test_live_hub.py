"""The one reader of a process: shared, woken, supervised; no key can stop it."""

import asyncio

import pytest

from results.embedded import start_server
from results.live import hub
from tests.factories import TEST_ID, make_hash
from tests.live_viewers import (
    Viewer,
    add,
    all_of,
    blocked_readers,
    eventually,
    in_loop,
    product_at,
    product_knowing,
    stored_ids,
)

OTHER_ID, OTHER_KEY = "other123", "events:other123"


@pytest.fixture
def client(redis_client, server_url):
    with product_knowing(redis_client, server_url, TEST_ID, OTHER_ID) as client:
        yield client


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
