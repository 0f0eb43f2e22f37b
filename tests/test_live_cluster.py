"""The live feed over a Cluster: streams in all slots, nodes that come, move and die."""

import asyncio
import threading
from contextlib import AsyncExitStack

import pytest
from redis.crc import key_slot
from redis.exceptions import RedisClusterException, RedisError, ResponseError

from results.keys import Keys
from results.live import following, hub
from results.live.connecting import new_asking, new_reader
from results.live.stream import Pace
from tests.cluster_nodes import MASTERS, cluster
from tests.factories import make_hash
from tests.live_viewers import (
    FAILOVER_SECONDS,
    Viewer,
    all_of,
    assert_honest,
    eventually,
    in_loop,
    product_at,
    stored_ids,
)

# Two tests' streams on each of the masters.
REFUSALS = (RedisError, RedisClusterException, OSError)
TESTS = ["t0", "t1", "t2", "t3", "t5", "t6"]


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture
def running(three):
    """The masters, empty but for the tests' definitions."""
    for node in three.nodes:
        node.flushall()
    with three.client() as client, product_at(three.url):
        define(client)
        yield three, client


@pytest.fixture
def attentive(monkeypatch):
    monkeypatch.setattr("results.live.cluster.reader.BLOCK_SECONDS", 0.1)
    monkeypatch.setattr(following, "BLOCK_SECONDS", 0.1)
    monkeypatch.setattr(following, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(following, "LOOK_A_STREAM_SECONDS", 0.0)


def define(client) -> None:
    for test_id in TESTS:
        client.hset(f"test:{test_id}", mapping=make_hash(test_id))


def events(test_id: str) -> str:
    return f"events:{test_id}"


def log(client, test_id: str, *numbers: int) -> None:
    for number in numbers:
        client.xadd(events(test_id), {"type": "step", "step_number": str(number)})


def test_streams_of_all_nodes_are_followed_in_order(running):
    found, client = running
    assert {found.owner_of(events(test_id)) for test_id in TESTS} == set(range(MASTERS))
    for test_id in TESTS:
        log(client, test_id, *range(20))
    resume_after = {i: stored_ids(client, events(i))[4] for i in TESTS}

    async def scenario():
        fresh = [Viewer(test_id=test_id) for test_id in TESTS for _ in range(3)]
        late = [Viewer(resume_after[i], test_id=i) for i in TESTS]
        async with all_of(fresh + late):
            for viewer in fresh:
                await viewer.has(20)
            for number in range(20, 40):
                for test_id in TESTS:
                    log(client, test_id, number)
                await asyncio.sleep(0)
            for number, viewer in enumerate(fresh):
                truth = stored_ids(client, events(TESTS[number // 3]))
                assert await viewer.has(40) == truth
            for test_id, viewer in zip(TESTS, late, strict=True):
                assert await viewer.has(35) == stored_ids(client, events(test_id))[5:]
            assert hub.current_hub().metrics.streams == len(TESTS)
            assert hub.current_hub().metrics.outages == 0

    in_loop(scenario)


def test_what_is_lost_is_told_as_from_one_server(running, attentive):
    found, client = running
    for test_id in TESTS[:3]:
        log(client, test_id, *range(5))
    trimmed, gone, fallen = TESTS[:3]
    anchors = {i: stored_ids(client, events(i))[1] for i in TESTS[:3]}
    client.xtrim(events(trimmed), maxlen=2, approximate=False)
    client.delete(events(gone))

    async def scenario():
        viewers = {i: Viewer(anchors[i], test_id=i) for i in TESTS[:3]}
        async with all_of(list(viewers.values())):
            await viewers[fallen].has(3)
            client.delete(events(fallen))
            client.xadd(events(fallen), {"type": "plan_start"}, id="5-1")
            for test_id, reason in ((trimmed, "trimmed"), (gone, "gone")):
                await eventually(lambda i=test_id: viewers[i].told)
                assert viewers[test_id].told[0][1]["reason"] == reason
            assert (await viewers[fallen].has(4))[-1] == "5-1"
            assert viewers[fallen].told == [
                ("reset", {"reason": "ahead", "from": "0-0"})
            ]

    in_loop(scenario)


def test_a_key_that_is_no_stream_silences_nobody_else(running, attentive, caplog):
    _, client = running

    async def scenario():
        async with Viewer(test_id="t0") as good, Viewer(test_id="t1") as bad:
            log(client, "t0", 0)
            log(client, "t1", 0)
            await good.has(1)
            await bad.has(1)
            client.set(events("t1"), "x")
            for number in range(1, 4):
                log(client, "t0", number)
                await good.has(number + 1)
            await eventually(lambda: any("no stream" in m for m in caplog.messages))
            client.delete(events("t1"))
            log(client, "t1", 3)
            await bad.has(2)

    in_loop(scenario)


def test_a_slot_that_moves_under_a_client_costs_it_nothing(running):
    found, client = running
    key = events("t0")
    source = found.owner_of(key)
    target, slot = (source + 1) % MASTERS, key_slot(key.encode())
    log(client, "t0", *range(5))

    async def scenario():
        async with Viewer(test_id="t0") as viewer:
            await viewer.has(5)
            found.begin_to_move(slot, source, target)
            log(client, "t0", 5)
            await viewer.has(6)
            found.move_key(key, source, target)
            log(client, "t0", 6, 7)
            await viewer.has(8)
            async with Viewer(test_id="t0") as late:
                assert await late.has(8) == stored_ids(client, key)
            found.end_move(slot, source, target)
            log(client, "t0", 8, 9)
            assert await viewer.has(10) == stored_ids(client, key)
            assert viewer.told == []
            assert hub.current_hub().metrics.outages == 0

    try:
        in_loop(scenario)
    finally:
        client.delete(key)
        found.begin_to_move(slot, target, source)
        found.end_move(slot, target, source)


def test_questions_have_their_replies_in_order_whatever_the_slots(running):
    _, client = running
    log(client, "t0", 1)

    async def scenario():
        asking = new_asking(Keys())

        def queue(pipe):
            pipe.exists(*asking.keys.of_test("t0"))
            pipe.xrange(events("t0"))
            pipe.type("test:t1")
            pipe.xinfo_stream(events("t0"))
            pipe.xinfo_stream("test:t1")
            pipe.hlen("test:t1")

        replies = await asking.ask(queue)
        await asking.close()
        existing, entries, kind, told, refused, fields = replies
        assert (existing, len(entries), kind, told["length"]) == (2, 1, b"hash", 1)
        assert isinstance(refused, ResponseError) and fields > 3

    asyncio.run(scenario())


def test_a_question_that_is_refused_raises_what_the_node_said(running):
    async def scenario():
        asking = new_asking(Keys())

        def queue(pipe):
            pipe.execute_command("NOSUCH", "key")
            pipe.execute_command("GET", "key")

        with pytest.raises(ResponseError, match="unknown command"):
            await asking.ask(queue)
        await asking.close()

    asyncio.run(scenario())


def test_an_idle_reader_returns_after_its_time_and_when_it_is_told_to(running):
    async def scenario():
        asking = new_asking(Keys())
        reader, interrupt = new_reader(asking), asyncio.Event()
        cursors = {events(i).encode(): "0-0" for i in TESTS}
        assert await reader.read(cursors, interrupt, 0.01) == []
        reading = asyncio.create_task(reader.read(cursors, interrupt, 60))
        await asyncio.sleep(0)
        interrupt.set()
        assert await reading == []
        await reader.close()
        await asking.close()

    asyncio.run(scenario())


def test_a_cluster_that_is_away_is_an_outage_like_any():
    async def scenario():
        async with Viewer(test_id="t0", pace=Pace(0.1, 300.0)) as viewer:
            await eventually(lambda: viewer.comments > 3)
            assert not viewer.task.done()

    with product_at("redis+cluster://127.0.0.1:1"):
        in_loop(scenario)


class Writer(threading.Thread):
    """Logs events of all tests until it is told to end, whatever happens."""

    def __init__(self, client, tests) -> None:
        super().__init__()
        self.client = client
        self.acknowledged = dict.fromkeys(tests, 0)
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(0.01):
            for test_id in self.acknowledged:
                try:
                    log(self.client, test_id, 1)
                except REFUSALS:
                    continue
                self.acknowledged[test_id] += 1


def test_a_master_that_dies_is_followed_by_its_replica(tmp_path):
    """Streams of the other masters go on meanwhile; what survived comes once."""
    with cluster(tmp_path, replicas=1) as found, product_at(found.url):
        client = found.client()
        define(client)
        dead = [i for i in TESTS if found.owner_of(events(i)) == 0]
        alive = [i for i in TESTS if i not in dead]
        writers = [Writer(found.client(), tests) for tests in (dead, alive)]

        async def scenario():
            viewers = {i: Viewer("0-0", test_id=i) for i in TESTS}
            async with all_of(list(viewers.values())), AsyncExitStack() as leaving:
                for writer in writers:
                    writer.start()
                for viewer in viewers.values():
                    await viewer.has(20)
                found.kill(0)
                # Whatever comes now, but for a reply under way, its replica said.
                killed = dict(writers[0].acknowledged)
                before = {i: len(viewers[i].ids) for i in alive}
                for test_id in alive:
                    await viewers[test_id].has(before[test_id] + 20)
                late = Viewer("0-0", test_id=alive[0])
                await leaving.enter_async_context(late)
                for test_id in dead:
                    await eventually(
                        lambda i=test_id: writers[0].acknowledged[i] > killed[i] + 20,
                        FAILOVER_SECONDS,
                    )
                for writer in writers:
                    writer.is_over.set()
                    await asyncio.to_thread(writer.join)
                for test_id, viewer in viewers.items():
                    truth = stored_ids(client, events(test_id))
                    await eventually(lambda v=viewer, t=truth: v.ids[-1:] == t[-1:])
                    assert_honest(viewer, truth)
                assert all(viewers[i].told == [] for i in alive)
                # One of its keys, though not its stream, was on the dead master.
                await late.has(len(viewers[alive[0]].ids))
                assert late.ids == viewers[alive[0]].ids
                await eventually(lambda: not hub.is_limping())

        try:
            in_loop(scenario)
        finally:
            for writer in writers:
                writer.is_over.set()
                if writer.is_alive():
                    writer.join()
                writer.client.close()
            client.close()
