"""Each client has its limits, whatever redis-py's defaults are."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from results import connection
from tests.live_viewers import product_at

pytestmark = pytest.mark.usefixtures("short_limits")


def limits(client):
    kwargs = client.connection_pool.connection_kwargs
    return kwargs["socket_timeout"], kwargs["socket_connect_timeout"], kwargs["retry"]


def test_a_read_may_be_tried_again_on_a_dead_connection_only():
    # One that nobody asked before: a pool keeps the limits that it was made with.
    with product_at("redis://127.0.0.1:1/0"):
        timeout, connect, retry = limits(connection.command_client())
    assert (timeout, connect) == (1.0, 0.5)
    calls = []

    def fail_with(error):
        def call():
            calls.append(error)
            raise error

        return call

    with pytest.raises(RedisConnectionError):
        retry.call_with_retry(fail_with(RedisConnectionError()), lambda _: None)
    assert len(calls) == 2
    with pytest.raises(RedisTimeoutError):
        retry.call_with_retry(fail_with(RedisTimeoutError()), lambda _: None)
    assert len(calls) == 3


def test_a_write_is_never_tried_again_in_silence(server_url):
    with connection.writer_client(server_url) as client:
        timeout, connect, retry = limits(client)
    assert (timeout, connect, retry.get_retries()) == (1.0, 0.5, 0)


def test_replies_are_bytes(api, redis_client):
    redis_client.set("key", b"\xff")
    assert connection.command_client().get("key") == b"\xff"


def test_without_a_store_the_settings_name_is_told(settings):
    before = settings.CACHES["results"]["LOCATION"]
    connection.use_store("")
    try:
        with pytest.raises(ImproperlyConfigured, match="REDIS_URL is not set"):
            connection.command_client()
    finally:
        connection.use_store(before)
