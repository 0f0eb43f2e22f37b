"""What one client gets: every entry once, in order, however it comes and goes."""

import asyncio
import json
import time

import pytest

from results.live import feed as feed_module
from results.live.catching_up import PAGE
from results.live.crowd import Caller
from results.live.event_log import EventLog, Wanted
from results.live.hub import current_hub
from results.live.stream import Pace, follow
from tests.factories import TEST_ID, make_hash
from tests.live_viewers import (
    CALM,
    KEY,
    Viewer,
    add,
    eventually,
    in_loop,
    product_at,
    stored_ids,
)

CALLER = Caller("", TEST_ID)


@pytest.fixture
def client(redis_client, server_url):
    """The real server with one test that has no events yet."""
    redis_client.hset(f"test:{TEST_ID}", mapping=make_hash())
    with product_at(server_url):
        yield redis_client


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
