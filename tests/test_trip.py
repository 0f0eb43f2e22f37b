"""One round trip: what comes back, and what a failure looks like."""

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ExecAbortError, ResponseError

from results import carrying
from results.connection import read_retry
from results.trip import pipeline, scored, transaction


def test_replies_come_in_the_order_of_the_commands(store):
    assert transaction(store, [("SET", "a", 1), ("GET", "a")]) == [b"OK", b"1"]
    assert pipeline(store, [("GET", "a"), ("STRLEN", "a")]) == [b"1", 1]


def test_nothing_asked_is_no_trip():
    assert pipeline(Redis(port=1), []) == []


@pytest.mark.parametrize("way", [transaction, pipeline])
def test_a_command_that_failed_leaves_the_others_their_replies(store, way):
    store.set("text", "x")
    failed, size = way(store, [("ZCARD", "text"), ("STRLEN", "text")])
    assert isinstance(failed, ResponseError) and size == 1
    assert store.ping(), "the connection is in step"


def test_a_refused_command_says_why_the_transaction_was_dropped(store):
    with pytest.raises(ResponseError, match="unknown command"):
        transaction(store, [("NOSUCHCOMMAND", "x")])
    assert store.ping()


def test_a_transaction_may_be_dropped_for_no_reason_of_a_command(store, monkeypatch):
    monkeypatch.setattr(
        "results.trip.exchange", lambda *_args: [b"OK", b"QUEUED", ExecAbortError()]
    )
    with pytest.raises(ExecAbortError):
        transaction(store, [("PING",)])


def test_a_connection_that_died_is_replaced_once(server_url):
    with Redis.from_url(server_url, retry=read_retry()) as client:
        name = client.client_id()
        with Redis.from_url(server_url) as other:
            other.client_kill_filter(_id=name)
        assert transaction(client, [("PING",)]) == [b"PONG"]


def test_a_server_that_is_away_is_the_clients_error():
    with Redis(port=1, retry=read_retry()) as client:
        with pytest.raises(RedisConnectionError):
            pipeline(client, [("PING",)])


@pytest.mark.parametrize("protocol", [2, 3])
def test_scores_are_numbers_in_either_protocol(redis_client, server_url, protocol):
    redis_client.zadd("z", {"a": 1, "b": 2.5})
    with Redis.from_url(server_url, protocol=protocol) as client:
        (reply,) = pipeline(client, [("ZRANGE", "z", 0, -1, "WITHSCORES")])
        assert scored(reply) == [(b"a", 1.0), (b"b", 2.5)]
        assert scored([]) == []


@pytest.mark.parametrize("ways", [{}, {"wire": None}], ids=["wire", "redis-py"])
def test_what_the_server_pushes_between_two_replies_is_none_of_them(
    redis_client, server_url, ways
):
    with Redis.from_url(server_url, protocol=3) as client:
        vars(client.connection_pool).update(ways)
        pipeline(client, [("CLIENT", "TRACKING", "ON")])
        asked = [("SET", "k", 1), ("GET", "k"), ("SET", "k", 2), ("GET", "k")]
        for _ in range(2):
            assert pipeline(client, asked) == [b"OK", b"1", b"OK", b"2"]
        assert client.ping()


def test_replies_that_come_in_many_packets_are_all_there(redis_client):
    redis_client.set("large", "x" * 300_000)
    asked = [("GET", "large"), ("GET", "none"), ("STRLEN", "large")] * 3
    assert pipeline(redis_client, asked) == [b"x" * 300_000, None, 300_000] * 3


def test_a_server_that_says_it_is_loading_in_the_middle_is_the_clients_error():
    arrived = iter([RedisConnectionError("loading")])

    class Parser:
        _reader = type("Reader", (), {"gets": lambda _self: next(arrived)})()

    class Connection:
        _parser = Parser()
        is_connected = True

        def read_response(self):
            return b"OK"

        def send_packed_command(self, packed):
            assert self.is_connected

        def disconnect(self):
            self.is_connected = False

    connection = Connection()
    with pytest.raises(RedisConnectionError, match="loading"):
        carrying._sent(connection, b"", 2)
    assert not connection.is_connected
