"""Through sentinels: whoever is the master now is read, written to and followed."""

import asyncio
import os
import signal
import threading
from contextlib import suppress

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from rest_framework.test import APIClient

from results import connection
from results.live import following, hub
from results.recorder import Recorder
from results.topology import sentinel
from tests.factories import TEST_ID, make_hash, make_run
from tests.global_viewers import IDS, GlobalViewer, event_key, list_tests, merged_ids
from tests.live_viewers import (
    FAILOVER_SECONDS,
    KEY,
    Viewer,
    add,
    all_of,
    assert_honest,
    eventually,
    in_loop,
    product_at,
    stored_ids,
)
from tests.sentinels import SERVICE, deployment

pytestmark = pytest.mark.usefixtures("short_limits")

PATHS = (f"/api/tests/{TEST_ID}/results", "/api/tests", "/readyz")


@pytest.fixture
def failing_over(tmp_path):
    with deployment(tmp_path, replicas=2, sentinels=3) as found:
        with product_at(found.url):
            yield found


@pytest.fixture
def small(tmp_path):
    """One master and one sentinel, for what needs no vote."""
    with deployment(tmp_path, replicas=0, sentinels=1) as found:
        with product_at(found.url):
            yield found


@pytest.fixture
def attentive(monkeypatch):
    """Pools that ask again, and a reader that looks around, more than once in 5 s."""
    monkeypatch.setattr(sentinel, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr("results.live.reader.BLOCK_SECONDS", 0.1)
    monkeypatch.setattr(following, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(following, "LOOK_A_STREAM_SECONDS", 0.0)


class Writer(threading.Thread):
    """Logs events through the sentinels until it is told to end, whatever happens."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.client = connection.writer_client(url)
        self.acknowledged: list[str] = []
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(0.01):
            try:
                entry_id = self.client.xadd(KEY, {"type": "step_start"})
            except RedisError:
                continue
            self.acknowledged.append(entry_id.decode())
        self.client.close()


class Reader(threading.Thread):
    """Asks the JSON endpoints until it is told to end, and keeps the statuses."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses: list[int] = []
        self.is_over = threading.Event()

    def run(self) -> None:
        api = APIClient(raise_request_exception=False)
        while not self.is_over.wait(0.02):
            self.statuses += [api.get(path).status_code for path in PATHS]


def kill_master(found) -> None:
    master = found.master()
    os.kill(master.pid, signal.SIGKILL)
    master.wait()


def answers(url):
    with Redis.from_url(url) as client, suppress(RedisConnectionError):
        return client.ping()


def test_a_failover_costs_clients_nothing_that_survived(failing_over):
    master = Redis.from_url(failing_over.master().url)
    master.hset(f"test:{TEST_ID}", mapping=make_hash())
    master.sadd("tests:all", TEST_ID)
    master.xadd(KEY, {"type": "plan_start"})
    writer, reader = Writer(failing_over.url), Reader()

    async def scenario():
        viewers = [Viewer(replay=0, resume_after="0-0") for _ in range(10)]
        async with all_of(viewers):
            writer.start()
            reader.start()
            await viewers[0].has(50)
            kill_master(failing_over)
            # Whatever comes now, but for a reply under way, the next master said.
            before = len(writer.acknowledged) + 1
            await eventually(
                lambda: len(writer.acknowledged) > before + 50, FAILOVER_SECONDS
            )
            writer.is_over.set()
            await asyncio.to_thread(writer.join)
            # Its own word for it may be older than the writer's.
            await eventually(lambda: answers(failing_over.master().url))
            with Redis.from_url(failing_over.master().url) as promoted:
                truth = stored_ids(promoted)
            assert set(writer.acknowledged[before:]) <= set(truth)
            for viewer in viewers:
                await eventually(lambda v=viewer: v.ids[-1:] == truth[-1:])
                assert_honest(viewer, truth)
            await eventually(lambda: reader.statuses[-3:] == [200, 200, 200])
            await eventually(lambda: not hub.is_limping())

    try:
        in_loop(scenario)
    finally:
        master.close()
        for thread in (writer, reader):
            thread.is_over.set()
            thread.join()
    assert set(reader.statuses) == {200, 503}


def test_what_the_new_master_lost_is_told(tmp_path, attentive):
    with deployment(tmp_path, replicas=1, sentinels=1) as found, product_at(found.url):
        master = Redis.from_url(found.master().url)
        master.hset(f"test:{TEST_ID}", mapping=make_hash())
        add(master, 1, 2, 3)
        master.wait(1, 5000)
        kept = stored_ids(master)
        # The replica cannot come back to copy the rest.
        master.execute_command("ACL", "SETUSER", "default", "-psync", "-sync")
        master.execute_command("CLIENT", "KILL", "TYPE", "replica")

        async def scenario():
            async with Viewer() as viewer:
                await viewer.has(3)
                add(master, 4, 5)
                lost = (await viewer.has(5))[3:]
                kill_master(found)
                await eventually(lambda: viewer.told, FAILOVER_SECONDS)
                assert viewer.told == [("reset", {"reason": "ahead", "from": "0-0"})]
                assert await viewer.has(8) == kept + lost + kept
                with Redis.from_url(found.master().url) as promoted:
                    add(promoted, 6)
                    assert (await viewer.has(9))[5:] == stored_ids(promoted)

        in_loop(scenario)
        master.close()


def test_the_feed_of_all_tests_goes_on_after_a_failover(tmp_path):
    with deployment(tmp_path, replicas=1, sentinels=1) as found, product_at(found.url):
        master = Redis.from_url(found.master().url)
        list_tests(master, *IDS)
        for number, test_id in enumerate(IDS):
            add(master, number, key=event_key(test_id))
        master.wait(1, 5000)

        async def scenario():
            async with GlobalViewer() as viewer:
                await viewer.has(len(IDS))
                old = found.master()
                kill_master(found)
                await eventually(lambda: found.master() is not old, FAILOVER_SECONDS)
                with Redis.from_url(found.master().url) as promoted:
                    for number, test_id in enumerate(IDS):
                        add(promoted, number, key=event_key(test_id))
                    everything = merged_ids(promoted, *IDS)
                assert await viewer.has(2 * len(IDS)) == everything
                assert viewer.told == []

        in_loop(scenario)
        master.close()


def replace_master(found):
    """The sentinels name another server, while the old one lives on as a master."""
    other = found.start_server()
    port = found.ports[0]
    password = other.address.password
    found.ask(port, "REMOVE", SERVICE)
    found.ask(port, "MONITOR", SERVICE, "127.0.0.1", other.address.port, 1)
    found.ask(port, "SET", SERVICE, "auth-pass", password)
    return Redis.from_url(other.url)


def test_a_master_that_was_replaced_and_lives_is_left(small, attentive):
    old = Redis.from_url(small.master().url)
    old.hset(f"test:{TEST_ID}", mapping=make_hash())
    add(old, 1)
    reading = connection.command_client()

    async def scenario():
        async with Viewer() as viewer:
            await viewer.has(1)
            assert reading.xlen(KEY) == 1
            with replace_master(small) as new:
                new.hset(f"test:{TEST_ID}", mapping=make_hash())
                new.xadd(KEY, {"type": "plan_start"}, id="7-7")
                await eventually(lambda: "7-7" in viewer.ids)
                assert viewer.told == [("reset", {"reason": "ahead", "from": "0-0"})]
                await eventually(lambda: stored_ids(reading) == ["7-7"])
                add(old, 2)
                add(new, 3)
                assert (await viewer.has(3))[1:] == stored_ids(new)

    in_loop(scenario)
    old.close()


def test_the_recorder_finds_the_master_by_its_sentinels(small):
    with Recorder.from_url(small.url) as recorder:
        recorder.record_run(TEST_ID, make_run())
    assert APIClient().get(PATHS[0]).json()["total"] == 1


def test_pools_stay_with_a_master_whose_sentinels_are_away(small, attentive, caplog):
    client = connection.command_client()
    client.set("key", "x")
    small.sentinels[0].kill()
    small.sentinels[0].wait()
    assert client.get("key") == b"x"
    assert "staying with the server that was the master" in caplog.text
    assert small.servers[0].address.password not in caplog.text

    async def scenario():
        async with connection.stream_client(small.url) as fresh:
            with pytest.raises(RedisConnectionError, match="none of 1 sentinels says"):
                await fresh.get("key")

    asyncio.run(scenario())


def test_an_event_loop_stays_with_its_master_as_well(small, attentive, caplog):
    async def scenario():
        async with connection.stream_client(small.url) as client:
            await client.set("key", "x")
            small.sentinels[0].kill()
            small.sentinels[0].wait()
            assert await client.get("key") == b"x"

    asyncio.run(scenario())
    assert "staying with the server that was the master" in caplog.text


def test_limits_hold_through_sentinels_too(small):
    reading = connection.command_client().connection_pool.connection_kwargs
    assert (reading["socket_timeout"], reading["socket_connect_timeout"]) == (1.0, 0.5)
    assert reading["retry"].get_retries() == 1
    with connection.writer_client(small.url) as client:
        writing = client.connection_pool.connection_kwargs
    assert (writing["socket_timeout"], writing["retry"].get_retries()) == (1.0, 0)
