"""Streams that stay open: no thread each, and no client that holds one for ever."""

import asyncio
import threading
from contextlib import suppress

import pytest
from asgiref.sync import sync_to_async

from results.asgi_server.protocol import HANG_UP, IS_LOST
from results.live.crowd import Caller
from results.live.event_log import Wanted
from results.live.hub import current_hub
from results.live.stream import Pace, follow
from results.live.transport import CHUNKS, THREADS, LiveTransport
from tests.factories import TEST_ID
from tests.live_viewers import (
    CALM,
    add,
    events_of,
    eventually,
    in_loop,
    product_knowing,
)

SCOPE = {"type": "http", "path": f"/api/tests/{TEST_ID}/live"}
START = {"type": "http.response.start", "status": 200, "headers": []}


@pytest.fixture
def client(redis_client, server_url):
    with product_knowing(redis_client, server_url, TEST_ID) as client:
        yield client


async def never(*_):
    await asyncio.Event().wait()


class Peer:
    """A client: sends one request, takes what comes, and may leave or not read."""

    def __init__(self) -> None:
        self.got: list[dict] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.left = asyncio.Event()
        self._has_asked = False

    async def receive(self):
        if not self._has_asked:
            self._has_asked = True
            return {"type": "http.request", "body": b""}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        await self.reads.wait()
        self.got.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.got)

    @property
    def has_the_end(self) -> bool:
        return bool(self.got) and not self.got[-1].get("more_body", False)


def streaming(pace=CALM):
    """An application that answers as Django does: headers, an empty body, and the
    chunks in the scope."""

    async def application(scope, receive, send):
        assert (await receive())["type"] == "http.request"
        wanted = Wanted(None, 50)
        scope[CHUNKS].append(follow(Caller("", TEST_ID), wanted, None, pace))
        await send(START)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return LiveTransport(application)


def test_the_body_follows_the_headers_and_has_an_end(client):
    add(client, 1)

    async def scenario():
        peer = Peer()
        await streaming(Pace(15.0, 0.1))(dict(SCOPE), peer.receive, peer.send)
        assert peer.got[0] == START
        assert len(events_of(peer.body)) == 1
        assert peer.has_the_end
        assert b"event: bye" in peer.body

    in_loop(scenario)


@pytest.mark.parametrize("is_reading", [True, False])
def test_a_client_that_leaves_is_forgotten(client, is_reading):
    async def scenario():
        peer = Peer()
        transport = streaming()
        stream = asyncio.create_task(transport(dict(SCOPE), peer.receive, peer.send))
        await eventually(lambda: peer.body)
        if not is_reading:
            peer.reads.clear()
            add(client, 1)
            await eventually(lambda: current_hub().metrics.deliveries >= 1)
        peer.left.set()
        await stream
        assert current_hub().metrics.listeners == 0
        assert not peer.has_the_end

    in_loop(scenario)


def test_a_client_that_does_not_read_is_dropped_and_hung_up_on(client, settings):
    settings.LIVE_SEND_SECONDS = 0.1

    async def scenario():
        peer = Peer()
        before = current_hub().metrics.dropped
        scope = {**SCOPE, "extensions": {HANG_UP: peer.left.set}}
        stream = asyncio.create_task(streaming()(scope, peer.receive, peer.send))
        await eventually(lambda: peer.body)
        await asyncio.sleep(0.3)
        assert not stream.done()
        peer.reads.clear()
        add(client, 1)
        await stream
        assert peer.left.is_set()
        assert current_hub().metrics.dropped == before + 1
        assert current_hub().metrics.listeners == 0

    in_loop(scenario)


def test_a_client_that_vanished_is_noticed_at_the_next_comment(client):
    vanished = []

    async def scenario():
        peer = Peer()
        offers = {HANG_UP: peer.left.set, IS_LOST: lambda: bool(vanished)}
        scope = {**SCOPE, "extensions": offers}
        transport = streaming(Pace(0.05, 300.0))
        stream = asyncio.create_task(transport(scope, peer.receive, peer.send))
        await eventually(lambda: peer.body.count(b": keepalive") >= 2)
        assert not stream.done()
        vanished.append(True)
        await stream
        assert peer.left.is_set()
        assert current_hub().metrics.listeners == 0

    in_loop(scenario)


def test_a_server_that_lets_nobody_hang_up_is_no_fault(client, settings):
    settings.LIVE_SEND_SECONDS = 0.1

    async def scenario():
        peer = Peer()
        stream = asyncio.create_task(streaming()(dict(SCOPE), peer.receive, peer.send))
        await eventually(lambda: peer.body)
        peer.reads.clear()
        add(client, 1)
        await stream
        assert current_hub().metrics.listeners == 0

    in_loop(scenario)


def test_a_stream_whose_server_cancels_it_is_closed(client):
    async def scenario():
        peer = Peer()
        stream = asyncio.create_task(streaming()(dict(SCOPE), peer.receive, peer.send))
        await eventually(lambda: peer.body)
        stream.cancel()
        # It ends either way; a driver may have swallowed the cancellation.
        with suppress(asyncio.CancelledError):
            await stream
        assert current_hub().metrics.listeners == 0

    in_loop(scenario)


def test_an_answer_without_a_stream_is_sent_whole():
    async def refuses(scope, receive, send):
        await send(START)
        await send({"type": "http.response.body", "body": b"no", "more_body": False})

    async def scenario():
        peer = Peer()
        await LiveTransport(refuses)(dict(SCOPE), peer.receive, peer.send)
        assert peer.body == b"no"
        assert peer.has_the_end

    asyncio.run(scenario())


def test_opening_streams_takes_a_few_threads_for_all():
    opened, names = [], set()

    async def synchronous_part(scope, receive, send):
        await sync_to_async(lambda: names.add(threading.current_thread().name))()
        opened.append(1)
        await never()

    async def scenario():
        transport = LiveTransport(synchronous_part)
        streams = [
            asyncio.create_task(transport(dict(SCOPE), never, never)) for _ in range(50)
        ]
        await eventually(lambda: len(opened) == 50)
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)

    asyncio.run(scenario())
    assert len(names) == THREADS


@pytest.mark.parametrize(
    "scope", [{"type": "http", "path": "/api/dashboard"}, {"type": "lifespan"}]
)
def test_everything_else_passes_untouched(scope):
    passed = []

    async def application(*arguments):
        passed.append(arguments)

    asyncio.run(LiveTransport(application)(scope, never, never))
    assert passed == [(scope, never, never)]
