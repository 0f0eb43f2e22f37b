"""What one client gets: every entry once, in order, however it comes and goes."""

import asyncio

import pytest

from results.live.catching_up import PAGE
from results.live.crowd import Caller
from results.live.event_log import EventLog, Wanted
from results.live.stream import follow
from tests.factories import TEST_ID
from tests.live_viewers import (
    CALM,
    KEY,
    Viewer,
    add,
    eventually,
    in_loop,
    product_knowing,
    stored_ids,
)

CALLER = Caller("", TEST_ID)


@pytest.fixture
def client(redis_client, server_url):
    with product_knowing(redis_client, server_url, TEST_ID) as client:
        yield client


def read_hook(monkeypatch, meanwhile, name="after"):
    """Let `meanwhile(number)` happen after Redis answered a client's reading, and
    before the client learns of it."""
    read = getattr(EventLog, name)
    numbers = iter(range(1, 1000))

    async def hooked(self, *args):
        reading = await read(self, *args)
        await meanwhile(next(numbers))
        return reading

    monkeypatch.setattr(EventLog, name, hooked)


def test_the_newest_entries_come_in_order_and_then_new_ones(client):
    add(client, *range(60))

    async def scenario():
        async with Viewer() as viewer:
            assert await viewer.has(50) == stored_ids(client)[-50:]
            add(client, 60)
            assert await viewer.has(51) == stored_ids(client)[-51:]
            assert viewer.data[-1] == {
                "type": "step_start",
                "step_number": "60",
                "test_id": TEST_ID,
            }

    in_loop(scenario)


def test_the_first_bytes_come_without_any_entry(client):
    async def scenario():
        async with Viewer() as viewer:
            await eventually(lambda: viewer.bytes)
            assert viewer.bytes.startswith(b": open\nretry: ")

    in_loop(scenario)


def test_a_test_without_any_event_is_followed_from_its_first_one(client):
    async def scenario():
        async with Viewer() as viewer:
            await eventually(lambda: viewer.bytes)
            add(client, 1)
            assert await viewer.has(1) == stored_ids(client)

    in_loop(scenario)


def test_nothing_is_replayed_where_the_setting_says_so(client):
    add(client, 1, 2)

    async def scenario():
        async with Viewer(replay=0) as viewer:
            await eventually(lambda: viewer.bytes)
            await asyncio.sleep(0.1)
            add(client, 3)
            assert await viewer.has(1) == stored_ids(client)[-1:]

    in_loop(scenario)


@pytest.mark.parametrize("count", [5, PAGE, PAGE + 1, 3 * PAGE + 20])
def test_a_client_resumes_right_after_its_last_event(client, count):
    add(client, *range(count + 1))
    ids = stored_ids(client)

    async def scenario():
        async with Viewer(resume_after=ids[0]) as viewer:
            assert await viewer.has(count) == ids[1:]
            add(client, 1000)
            assert await viewer.has(count + 1) == stored_ids(client)[1:]

    in_loop(scenario)


def test_an_id_from_before_the_first_entry_gets_all_there_is(client):
    add(client, *range(200))
    first = stored_ids(client)[0]
    client.xtrim(KEY, maxlen=120, approximate=False)

    async def scenario():
        reset = ("reset", {"reason": "trimmed", "from": "0-0"})
        for resume_after in (first, "0", "0-0", "1-1"):
            async with Viewer(resume_after=resume_after) as viewer:
                assert await viewer.has(120) == stored_ids(client)
                assert viewer.told == ([] if resume_after[0] == "0" else [reset])

    in_loop(scenario)


def test_a_client_that_is_up_to_date_is_sent_nothing_twice(client):
    add(client, 1, 2)

    async def scenario():
        async with Viewer(resume_after=stored_ids(client)[-1]) as viewer:
            await eventually(lambda: viewer.bytes)
            add(client, 3)
            assert await viewer.has(1) == stored_ids(client)[-1:]

    in_loop(scenario)


@pytest.mark.parametrize("seq", [5, 2**64 - 1])
def test_an_id_that_the_stream_never_gave_out_begins_anew(client, seq):
    """Of a deleted stream, or of another store: its client must not wait for ever,
    and must not make the others deaf."""
    add(client, *range(60))

    async def scenario():
        async with Viewer(
            resume_after=f"{2**64 - 1}-{seq}"
        ) as ahead, Viewer() as other:
            assert await ahead.has(60) == stored_ids(client)
            assert ahead.told == [("reset", {"reason": "ahead", "from": "0-0"})]
            add(client, 60)
            assert await ahead.has(61) == stored_ids(client)
            assert await other.has(51) == stored_ids(client)[-51:]
            assert other.told == []

    in_loop(scenario)


def test_entries_that_arrive_during_the_replay_are_neither_lost_nor_repeated(
    client, monkeypatch
):
    add(client, 1, 2, 3)

    async def two_more(number):
        add(client, 4, 5)

    read_hook(monkeypatch, two_more)

    async def scenario():
        async with Viewer() as viewer:
            ids = await viewer.has(5)
            add(client, 6)
            assert await viewer.has(6) == stored_ids(client)
            assert ids == stored_ids(client)[:5]

    in_loop(scenario)


@pytest.mark.parametrize("count", [2, 256, 257, 1200])
@pytest.mark.parametrize("kind", ["fresh", "resuming"])
def test_entries_that_the_hub_passes_during_the_replay_are_sent_once(
    client, monkeypatch, kind, count
):
    """With 1,200, the ring has forgotten some of them when the client comes to it."""
    add(client, 1, 2, 3)
    wanted = 3 if kind == "fresh" else 2
    resume_after = None if kind == "fresh" else stored_ids(client)[0]

    async def scenario():
        async with Viewer() as first:
            await first.has(3)

            async def many_more(number):
                if number == 1:
                    add(client, *range(4, 4 + count))
                    await first.has(3 + count)

            read_hook(monkeypatch, many_more)
            async with Viewer(resume_after=resume_after) as second:
                ids = await second.has(wanted + count)
                assert ids == stored_ids(client)[-wanted - count :]
                add(client, 9999)
                ids = await second.has(wanted + count + 1)
                assert ids == stored_ids(client)[-wanted - count - 1 :]

    in_loop(scenario)


def test_a_client_that_reads_slowly_gets_everything_all_the_same(client):
    async def scenario():
        slow = follow(CALLER, Wanted(None, 50), None, CALM)
        received = await anext(slow)
        async with Viewer() as quick:
            await eventually(lambda: quick.bytes)
            for start in range(0, 1000, 50):
                add(client, *range(start, start + 50))
                await quick.has(start + 50)
                if start % 400 == 0:
                    received += await anext(slow)
            assert quick.ids == stored_ids(client)
        while received.count(b"\nid: ") < 1000:
            chunk = await anext(slow)
            assert len(chunk) < 50_000
            received += chunk
        await slow.aclose()
        assert [part for part in received.split(b"\n") if part.startswith(b"id: ")] == [
            f"id: {entry_id}".encode() for entry_id in stored_ids(client)
        ]

    in_loop(scenario)
