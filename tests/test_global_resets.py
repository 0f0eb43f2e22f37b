"""Who may miss something of any test is told so, and goes on without a repeat."""

import asyncio

import pytest

from results.live.everything.waiting import Waiting
from results.live.hub import current_hub
from tests.global_viewers import IDS, GlobalViewer, event_key, list_tests, merged_ids
from tests.live_viewers import add, all_of, eventually, in_loop, product_at


@pytest.fixture
def client(redis_client, server_url):
    """Three tests with five entries each, in turn, a millisecond apart."""
    list_tests(redis_client, *IDS)
    for number in range(15):
        key, entry_id = event_key(IDS[number % 3]), f"{1_000_000 + number}-0"
        redis_client.xadd(key, {"n": str(number)}, id=entry_id)
    with product_at(server_url):
        yield redis_client


def add_to(client, test_id, *numbers):
    add(client, *numbers, key=event_key(test_id))


def trim(client, test_id):
    client.xtrim(event_key(test_id), maxlen=1, approximate=False)


def delete(client, test_id):
    client.delete(event_key(test_id))


def delete_one(client, test_id):
    client.xdel(event_key(test_id), client.xrange(event_key(test_id))[2][0])


def start_anew(client, test_id):
    delete(client, test_id)
    add_to(client, test_id, 100, 101)


@pytest.mark.parametrize(
    "change, reason",
    [(trim, "trimmed"), (delete, "gone"), (delete_one, "gone"), (start_anew, "gone")],
)
def test_who_comes_back_too_late_is_told_and_nothing_is_repeated(
    client, change, reason
):
    before = merged_ids(client, *IDS)
    lost, had = before[7], before[:8]
    assert lost.endswith("@beta")
    change(client, "beta")
    # Where the streams go on: the last that is left of what the client had.
    left = [i for i in merged_ids(client, *IDS) if i in had]

    async def scenario():
        async with GlobalViewer(resume_after=lost) as viewer:
            await eventually(lambda: viewer.told)
            add_to(client, "alpha", 200)
            rest = [i for i in merged_ids(client, *IDS) if i not in had]
            assert await viewer.has(len(rest)) == rest
            assert viewer.told == [("reset", {"reason": reason, "from": left[-1]})]
            assert f"event: reset\nid: {left[-1]}\n".encode() in viewer.bytes
            assert current_hub().metrics.resets == {reason: 1}
        # Cut off right after it was told, it is not told again.
        async with GlobalViewer(resume_after=left[-1]) as viewer:
            assert await viewer.has(len(rest)) == rest
            assert viewer.told == []

    in_loop(scenario)


def test_where_nothing_is_left_before_a_lost_position_all_that_exists_follows(client):
    lost = merged_ids(client, *IDS)[0]
    trim(client, "alpha")

    async def scenario():
        async with GlobalViewer(resume_after=lost) as viewer:
            ids = merged_ids(client, *IDS)
            assert await viewer.has(len(ids)) == ids
            assert viewer.told == [("reset", {"reason": "trimmed", "from": "0-0"})]

    in_loop(scenario)


@pytest.mark.parametrize("test_id", ["alpha", "nobody"])
def test_a_position_ahead_of_everything_begins_with_the_first_entry(client, test_id):
    async def scenario():
        async with GlobalViewer(resume_after=f"{10**15}-0@{test_id}") as viewer:
            assert await viewer.has(15) == merged_ids(client, *IDS)
            assert viewer.told == [("reset", {"reason": "ahead", "from": "0-0"})]

    in_loop(scenario)


def test_a_position_that_exists_is_resumed_whatever_else_was_lost(client):
    ids = merged_ids(client, *IDS)
    delete(client, "beta")

    async def scenario():
        async with GlobalViewer(resume_after=ids[6]) as viewer:
            rest = [i for i in ids[7:] if not i.endswith("@beta")]
            assert await viewer.has(len(rest)) == rest
            assert viewer.told == []

    in_loop(scenario)


def test_whoever_listens_is_told_of_entries_trimmed_before_they_were_read(client):
    """In one transaction, so that the reader cannot come in between. The test is
    named, and who has not chosen it is not bothered."""

    async def scenario():
        everything = [GlobalViewer(replay=1) for _ in range(3)]
        others = [GlobalViewer(replay=1, tests=("alpha", "gamma"))]
        async with all_of(everything + others):
            for viewer in everything + others:
                await viewer.has(1)
            await eventually(lambda: current_hub().everything.ring.is_started)
            last = everything[0].ids[-1]
            with client.pipeline(transaction=True) as pipe:
                for number in range(20):
                    fields = {"n": str(number)}
                    pipe.xadd(event_key("beta"), fields, maxlen=3, approximate=False)
                pipe.execute()
            told = {"reason": "trimmed", "from": last, "of_test": "beta"}
            for viewer in everything:
                assert (await viewer.has(4))[1:] == merged_ids(client, "beta")
                assert viewer.told == [("reset", told)]
            add_to(client, "alpha", 1)
            await others[0].has(2)
            assert others[0].told == []
            assert current_hub().metrics.resets == {"trimmed": 3}

    in_loop(scenario)


def test_whoever_listens_is_told_of_a_stream_that_was_deleted(client):
    async def scenario():
        async with GlobalViewer(replay=2) as viewer:
            await viewer.has(2)
            await eventually(lambda: current_hub().everything.ring.is_started)
            last = viewer.ids[-1]
            start_anew(client, "beta")
            await viewer.has(4)
            add_to(client, "beta", 102)
            assert (await viewer.has(5))[2:] == merged_ids(client, "beta")
            told = {"reason": "gone", "from": last, "of_test": "beta"}
            assert viewer.told == [("reset", told)]

    in_loop(scenario)


def test_trimming_behind_the_reader_is_no_loss(client):
    async def scenario():
        async with GlobalViewer(replay=1) as viewer:
            await viewer.has(1)
            await eventually(lambda: current_hub().everything.ring.is_started)
            for number in range(30):
                for test_id in IDS:
                    key, fields = event_key(test_id), {"n": str(number)}
                    client.xadd(key, fields, maxlen=2, approximate=False)
                await viewer.has(1 + 3 * (number + 1))
            assert viewer.told == []

    in_loop(scenario)


def test_a_writer_that_trims_all_the_time_causes_no_reset_while_the_reader_keeps_up(
    client,
):
    """Whole bursts between two turns, each of which leaves the last entry read."""

    async def scenario():
        async with GlobalViewer(replay=1) as viewer:
            await viewer.has(1)
            await eventually(lambda: current_hub().everything.ring.is_started)
            for number in range(40):
                for test_id in IDS:
                    fields = {"n": str(number)}
                    client.xadd(event_key(test_id), fields, maxlen=40)
                await asyncio.sleep(0.001)
            await viewer.has(1 + 120)
            assert viewer.told == []

    in_loop(scenario)


def test_a_listener_far_behind_is_told_when_its_last_entry_was_trimmed(
    client, monkeypatch
):
    monkeypatch.setattr("results.live.everything.ring.RING_FRAMES", 8)

    async def scenario():
        async with GlobalViewer(replay=1) as quick:
            await quick.has(1)
            slow = GlobalViewer(replay=1)
            start = await anext(slow.chunks) + await anext(slow.chunks)
            for number in range(100):
                key, fields = event_key(IDS[2]), {"n": str(number)}
                client.xadd(key, fields, maxlen=30, approximate=False)
                await quick.has(number + 2)
            async with slow:
                await slow.has(30)
                assert [event for event, _ in slow.told] == ["reset"]
                assert slow.told[0][1]["reason"] == "trimmed"
                assert slow.ids == merged_ids(client, *IDS)[-30:]
                assert start.count(b"event: message") == 1
            assert quick.told == []

    in_loop(scenario)


def test_what_the_reader_did_not_expect_is_not_sent_before_its_anchor_was_looked_at(
    client, monkeypatch
):
    """As when a stream gets its entries between the wake-up and the reading."""
    until_due = Waiting.until_due

    async def unexpecting(self, *args):
        await until_due(self, *args)
        return self._left

    monkeypatch.setattr(Waiting, "until_due", unexpecting)

    async def scenario():
        async with GlobalViewer(replay=1) as viewer:
            await viewer.has(1)
            await eventually(lambda: current_hub().everything.ring.is_started)
            start_anew(client, "beta")
            assert (await viewer.has(3))[1:] == merged_ids(client, "beta")
            assert [event for event, _ in viewer.told] == ["reset"]

    in_loop(scenario)
