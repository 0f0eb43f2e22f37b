"""Clients of the live feed in this process, and the loop that they run in."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable

from results.live.crowd import Caller
from results.live.cursors import parse_cursor
from results.live.event_log import Wanted
from results.live.frames import KEEPALIVE
from results.live.hub import current_hub
from results.live.stream import Pace, follow
from tests.factories import TEST_ID, make_hash

KEY = f"events:{TEST_ID}"
CALM = Pace(keepalive_seconds=15.0, idle_close_seconds=300.0)
SECONDS = 60.0
# A vote may have to be repeated, on a machine with other work.
FAILOVER_SECONDS = 90.0


def in_loop(scenario: Callable[[], Awaitable[None]]) -> None:
    """Run it; nothing of the feed may be left running when all viewers have gone."""

    async def whole() -> None:
        async with asyncio.timeout(180):
            await scenario()
            hub = current_hub()
            await eventually(lambda: hub.is_resting)
            assert (hub.metrics.listeners, hub.metrics.streams) == (0, 0)

    asyncio.run(whole())


async def eventually(condition: Callable[[], object], seconds: float = SECONDS) -> None:
    """Until it holds; fails after so long."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


def events_of(sse: bytes) -> list[tuple[str, dict]]:
    """Id and data of each entry; fails on a line that is not as it must be."""
    return [
        (entry_id, data)
        for event, entry_id, data in all_of_wire(sse)
        if event == "message"
    ]


def told(sse: bytes) -> list[tuple[str, dict]]:
    """Name and data of everything else that the server says: `reset` and `bye`."""
    return [(event, data) for event, _, data in all_of_wire(sse) if event != "message"]


def all_of_wire(sse: bytes) -> list[tuple[str, str | None, dict]]:
    """Name, id and data of each event, in order."""
    found = []
    for block in sse.decode().split("\n\n"):
        if not block or block.startswith(":"):
            continue
        event, *entry_id, data = block.split("\n")
        name = event.removeprefix("event: ")
        assert name in ("message", "reset", "bye")
        assert len(entry_id) == (name != "bye")
        position = entry_id[0].removeprefix("id: ") if entry_id else None
        found.append((name, position, json.loads(data.removeprefix("data: "))))
    return found


def stored_ids(client, key: str = KEY) -> list[str]:
    """The truth: what Redis holds, in order."""
    return [entry_id.decode() for entry_id, _ in client.xrange(key)]


def add(client, *numbers: int, key: str = KEY) -> None:
    """Store an entry for each number, as a writer in another process does."""
    with client.pipeline(transaction=False) as pipe:
        for number in numbers:
            pipe.xadd(key, {"type": "step_start", "step_number": str(number)})
        pipe.execute()


def begin_anew(client, key: str = KEY) -> None:
    """Delete the stream and store two entries, whose ids were not there before:
    in the same millisecond Redis would give the old ones again."""
    newest = stored_ids(client, key)[-1]
    client.delete(key)
    later = int(newest.partition("-")[0]) + 1
    for entry_id in (f"{later}-0", f"{later}-1"):
        client.xadd(key, {"type": "step_start"}, id=entry_id)


class Viewer:
    """Reads a stream until it ends or is left."""

    def __init__(
        self,
        resume_after: str | None = None,
        test_id: str = TEST_ID,
        pace: Pace = CALM,
        replay: int = 50,
        address: str = "",
    ) -> None:
        cursor = None if resume_after is None else parse_cursor(resume_after)
        self.chunks = follow(
            Caller(address, test_id), Wanted(cursor, replay), None, pace
        )
        self.bytes = b""
        self.comments = 0
        self.task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Viewer:
        self.task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self.task is not None
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task

    @property
    def ids(self) -> list[str]:
        return [entry_id for entry_id, _ in events_of(self.bytes)]

    @property
    def told(self) -> list[tuple[str, dict]]:
        return told(self.bytes)

    @property
    def data(self) -> list[dict]:
        return [data for _, data in events_of(self.bytes)]

    async def has(self, count: int) -> list[str]:
        """The ids, as soon as there are so many events."""
        await eventually(lambda: self.bytes.count(b"event: message") >= count)
        return self.ids

    async def _read(self) -> None:
        async for chunk in self.chunks:
            self.bytes += chunk
            self.comments += chunk == KEEPALIVE


def assert_honest(viewer: Viewer, truth: list[str]) -> None:
    """Received is what the store holds, once and in order, or what it holds behind
    the position of the last reset."""
    wire = all_of_wire(viewer.bytes)
    resets = [n for n, (name, _, _) in enumerate(wire) if name == "reset"]
    start = resets[-1] if resets else 0
    received = [entry_id for name, entry_id, _ in wire[start:] if name == "message"]
    if wire[start][0] == "reset":
        after = parse_cursor(wire[start][2]["from"])
        truth = [i for i in truth if parse_cursor(i) > after]
    assert received == truth


@contextlib.contextmanager
def product_at(url: str):
    """The product's data connection points to this store meanwhile."""
    from django.conf import settings

    from results.connection import ALIAS, use_store

    before = settings.CACHES[ALIAS]["LOCATION"]
    use_store(url)
    try:
        yield
    finally:
        use_store(before)


@contextlib.contextmanager
def product_knowing(client, url: str, *test_ids: str):
    """The product at this store, with tests there that have no events yet."""
    for test_id in test_ids:
        client.hset(f"test:{test_id}", mapping=make_hash(test_id))
    with product_at(url):
        yield client


def blocked_readers(client) -> int:
    return sum(each["cmd"] == "xread" for each in client.client_list())


@contextlib.asynccontextmanager
async def all_of(viewers: list[Viewer]):
    """All these viewers at once."""
    async with contextlib.AsyncExitStack() as leaving:
        for viewer in viewers:
            await leaving.enter_async_context(viewer)
        yield
