"""Streams that stay open: no thread each, and no client that holds one for ever."""

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async

from results.live.crowd import Caller
from results.live.event_log import Wanted
from results.live.hub import current_hub
from results.live.response import SCOPE_KEY, LiveBody
from results.live.stream import follow
from results.live.transport import THREADS, LiveTransport
from tests.factories import TEST_ID, make_hash
from tests.live_viewers import CALM, add, eventually, in_loop, product_at

SCOPE = {"type": "http", "path": f"/api/tests/{TEST_ID}/live"}


@pytest.fixture
def client(redis_client, server_url):
    redis_client.hset(f"test:{TEST_ID}", mapping=make_hash())
    with product_at(server_url):
        yield redis_client


async def never(*_):
    await asyncio.Event().wait()


def application_that(does):
    """An ASGI application that streams as Django does, without closing anything."""

    async def application(scope, receive, send):
        scope[SCOPE_KEY] = LiveBody(
            follow(Caller("", TEST_ID), Wanted(None, 50), None, CALM)
        )
        await does(scope, send)

    return LiveTransport(application)


def test_a_client_that_does_not_read_is_dropped(client, settings):
    settings.LIVE_SEND_SECONDS = 0.05

    async def send_first(scope, send):
        async for chunk in scope[SCOPE_KEY]:
            await send({"type": "http.response.body", "body": chunk})

    async def scenario():
        before = current_hub().metrics.dropped
        await application_that(send_first)(dict(SCOPE), never, never)
        assert current_hub().metrics.dropped == before + 1
        assert current_hub().metrics.listeners == 0

    in_loop(scenario)


def test_a_stream_that_its_server_forgot_is_closed(client):
    add(client, 1)

    async def read_one(scope, send):
        await anext(scope[SCOPE_KEY])
        assert current_hub().metrics.listeners == 1
        raise RuntimeError("the server's")

    async def scenario():
        with pytest.raises(RuntimeError):
            await application_that(read_one)(dict(SCOPE), never, never)
        assert current_hub().metrics.listeners == 0

    in_loop(scenario)


def test_open_streams_share_a_few_threads():
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
