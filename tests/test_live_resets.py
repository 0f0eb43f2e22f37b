"""Who cannot be resumed completely is told so, before what still exists."""

import asyncio

import pytest

from results.live.cursors import START, parse_cursor
from results.live.hub import current_hub
from results.live.loss import NO_STREAM, Loss, StreamInfo, loss_at
from tests.factories import TEST_ID
from tests.live_viewers import (
    KEY,
    Viewer,
    add,
    all_of,
    begin_anew,
    eventually,
    in_loop,
    product_knowing,
    stored_ids,
)

RESETS = {
    reason: ("reset", {"reason": reason, "from": "0-0"})
    for reason in ("trimmed", "gone", "ahead")
}


@pytest.fixture
def client(redis_client, server_url):
    with product_knowing(redis_client, server_url, TEST_ID) as client:
        yield client


@pytest.mark.parametrize(
    "info, expected",
    [
        (NO_STREAM, Loss("gone", START)),
        (StreamInfo(True, parse_cursor("4-0")), Loss("ahead", START)),
        (
            StreamInfo(True, parse_cursor("5-0"), was_trimmed=True),
            Loss("trimmed", START),
        ),
        (
            StreamInfo(True, parse_cursor("9-0"), parse_cursor("7-0")),
            Loss("gone", START),
        ),
        (
            StreamInfo(
                True, parse_cursor("9-0"), parse_cursor("7-0"), was_trimmed=True
            ),
            Loss("trimmed", START),
        ),
        (
            StreamInfo(
                True, parse_cursor("9-0"), parse_cursor("2-0"), was_trimmed=True
            ),
            Loss("gone", parse_cursor("5-0")),
        ),
    ],
)
def test_what_became_of_a_position_whose_entry_is_missing(info, expected):
    assert loss_at(parse_cursor("5-0"), info) == expected


def trim(client, ids):
    client.xtrim(KEY, maxlen=2, approximate=False)
    return ids[1]


def start_anew(client, ids):
    begin_anew(client)
    return ids[1]


def delete(client, ids):
    client.delete(KEY)
    return ids[1]


def look_ahead(client, ids):
    return f"{10**15}-0"


@pytest.mark.parametrize(
    "change, reason",
    [
        (trim, "trimmed"),
        (start_anew, "gone"),
        (delete, "gone"),
        (look_ahead, "ahead"),
    ],
)
def test_who_comes_back_too_late_is_told_and_gets_all_that_exists(
    client, change, reason
):
    add(client, *range(5))
    resume_after = change(client, stored_ids(client))

    async def scenario():
        async with Viewer(resume_after=resume_after) as viewer:
            await eventually(lambda: viewer.told)
            add(client, 200)
            await viewer.has(len(stored_ids(client)))
            assert viewer.ids == stored_ids(client)
            assert viewer.told == [RESETS[reason]]
            assert current_hub().metrics.resets[reason] >= 1

    in_loop(scenario)


def test_where_exactly_the_last_seen_entry_is_gone_the_rest_follows(client):
    add(client, *range(5))
    ids = stored_ids(client)
    client.xdel(KEY, ids[1])

    async def scenario():
        async with Viewer(resume_after=ids[1]) as viewer:
            assert await viewer.has(3) == ids[2:]
            assert viewer.told == [("reset", {"reason": "gone", "from": ids[1]})]

    in_loop(scenario)


def test_who_was_told_and_comes_back_is_not_told_again(client):
    add(client, 1, 2)
    lost = delete(client, stored_ids(client))

    async def scenario():
        async with Viewer(resume_after=lost) as viewer:
            await eventually(lambda: viewer.told)
            assert b"event: reset\nid: 0-0\n" in viewer.bytes
        add(client, 3)
        async with Viewer(resume_after="0-0") as viewer:
            assert await viewer.has(1) == stored_ids(client)
            assert viewer.told == []

    in_loop(scenario)


@pytest.mark.parametrize("number", [0, 1, 4])
def test_who_can_be_resumed_is_told_nothing(client, number):
    add(client, *range(5))
    ids = stored_ids(client)

    async def scenario():
        async with Viewer(resume_after=ids[number]) as viewer:
            await eventually(lambda: viewer.bytes)
            add(client, 9)
            assert await viewer.has(5 - number) == stored_ids(client)[number + 1 :]
            assert viewer.told == []

    in_loop(scenario)


def test_whoever_listens_is_told_of_entries_trimmed_before_they_were_read(client):
    """In one transaction, so that the reader cannot come in between."""
    add(client, 1)

    async def scenario():
        viewers = [Viewer() for _ in range(5)]
        async with all_of(viewers):
            for viewer in viewers:
                await viewer.has(1)
            with client.pipeline(transaction=True) as pipe:
                for number in range(20):
                    fields = {"type": "step_start", "step_number": str(number)}
                    pipe.xadd(KEY, fields, maxlen=3, approximate=False)
                pipe.execute()
            for viewer in viewers:
                assert (await viewer.has(4))[1:] == stored_ids(client)
                assert viewer.told == [RESETS["trimmed"]]
            assert current_hub().metrics.resets == {"trimmed": 5}

    in_loop(scenario)


def test_trimming_behind_the_readers_is_no_loss(client):
    async def scenario():
        async with Viewer() as viewer:
            await eventually(lambda: viewer.bytes)
            for number in range(30):
                client.xadd(KEY, {"n": str(number)}, maxlen=2, approximate=False)
                await viewer.has(number + 1)
            assert viewer.told == []

    in_loop(scenario)


def test_a_client_that_fell_behind_what_is_stored_is_told(client):
    """It did not read for a while; the ring and the stream have gone on."""
    add(client, 0)

    async def scenario():
        async with Viewer() as quick:
            await quick.has(1)
            slow = Viewer()
            first = await anext(slow.chunks)
            first += await anext(slow.chunks)
            for start in range(0, 700, 50):
                with client.pipeline() as pipe:
                    for number in range(start, start + 50):
                        pipe.xadd(KEY, {"n": str(number)}, maxlen=60, approximate=False)
                    pipe.execute()
                await quick.has(start + 51)
            async with slow:
                await slow.has(60)
                assert slow.told == [RESETS["trimmed"]]
                assert slow.ids == stored_ids(client)
            assert quick.told == []

    in_loop(scenario)


def test_the_reader_s_turns_and_a_client_s_reading_tell_a_loss_once(client):
    """A client that catches up while the hub notices the same loss."""
    add(client, 1, 2)
    ids = stored_ids(client)

    async def scenario():
        async with Viewer() as live:
            await live.has(2)
            start_anew(client, ids)
            async with Viewer(resume_after=ids[1]) as late:
                await late.has(2)
                await live.has(4)
                add(client, 7)
                assert (await late.has(3)) == stored_ids(client)
                assert (await live.has(5))[2:] == stored_ids(client)
                assert late.told == live.told == [RESETS["gone"]]

    in_loop(scenario)


def test_many_who_resume_at_one_place_share_the_reading(client):
    add(client, *range(50))
    ids = stored_ids(client)

    async def scenario():
        before = client.info("commandstats")["cmdstat_xrange"]["calls"]
        viewers = [Viewer(resume_after=ids[9]) for _ in range(40)]
        async with all_of(viewers):
            for viewer in viewers:
                assert await viewer.has(40) == ids[10:]
            after = client.info("commandstats")["cmdstat_xrange"]["calls"]
            # Each is located for itself; two more commands for a shared page.
            assert after - before <= 40 + 2 * 20

    in_loop(scenario)


def test_a_reading_outlives_the_client_that_began_it(client):
    add(client, *range(5))
    ids = stored_ids(client)

    async def scenario():
        async with Viewer() as other:
            await other.has(5)
            for _ in range(20):
                leaving = Viewer(resume_after=ids[0])
                staying = Viewer(resume_after=ids[0])
                await leaving.__aenter__()
                await staying.__aenter__()
                await asyncio.sleep(0.001)
                await leaving.__aexit__()
                assert await staying.has(4) == ids[1:]
                await staying.__aexit__()

    in_loop(scenario)
