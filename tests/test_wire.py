"""The wire: lines that are kept, that die, that hang, and whose reply is whose."""

import contextlib
import select
import socket
import threading

import pytest
from redis import BlockingConnectionPool, ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.connection import SSLConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import MaxConnectionsError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from results import patience
from results.connection import read_retry
from results.trip import pipeline
from results.wire import CHUNK, wire_of
from tests.store_holder import eventually


@pytest.fixture
def client(redis_client, server_url):
    with Redis.from_url(server_url, socket_timeout=20, retry=read_retry()) as client:
        yield client


@pytest.fixture
def silent_server():
    """A server that takes questions and answers what the test says, if anything."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        yield listening


def client_of(listening, **limits):
    port = listening.getsockname()[1]
    # Without a greeting, which this server would have to know.
    pool = ConnectionPool(port=port, protocol=2, driver_info=None, **limits)
    return Redis.from_pool(pool)


def number(client):
    return pipeline(client, [("CLIENT", "ID")])[0]


def test_a_line_is_used_again(client):
    assert number(client) == number(client)


def test_two_questions_at_once_have_a_line_each(client):
    with Redis(connection_pool=client.connection_pool) as other:
        blocked = threading.Thread(
            target=pipeline, args=(client, [("BLPOP", "list", 0)])
        )
        blocked.start()
        assert eventually(lambda: other.info("clients")["blocked_clients"])
        assert pipeline(other, [("RPUSH", "list", "x")]) == [1]
        blocked.join()
    assert len(wire_of(client.connection_pool)._idle) == 2


def test_a_line_that_the_server_closed_is_replaced_unseen(client, redis_client):
    first = number(client)
    redis_client.client_kill_filter(_id=first)
    assert number(client) > first


def test_a_line_that_its_pool_closed_is_connected_anew(client):
    first = number(client)
    client.connection_pool.disconnect()
    assert number(client) > first


def test_no_second_try_without_a_policy_that_allows_it(redis_client, server_url):
    with Redis.from_url(server_url, retry=Retry(NoBackoff(), 0)) as client:
        redis_client.client_kill_filter(_id=number(client))
        with pytest.raises(RedisConnectionError, match="closed|lost"):
            number(client)
        assert number(client)


def test_a_server_that_hangs_costs_the_time_out_once(silent_server):
    with client_of(silent_server, socket_timeout=0.1, retry=read_retry()) as client:
        with pytest.raises(RedisTimeoutError):
            pipeline(client, [("PING",)])
        silent_server.accept()[0].close()
        silent_server.settimeout(0)
        with pytest.raises(BlockingIOError):
            silent_server.accept()


def test_a_reply_that_dribbles_ends_with_the_requests_patience(silent_server):
    with client_of(silent_server, socket_timeout=60) as client:
        dribbling = threading.Thread(target=_dribble, args=(silent_server,))
        dribbling.start()
        patience.begin(0.3)
        with pytest.raises(RedisTimeoutError):
            pipeline(client, [("GET", "key")])
        with pytest.raises(RedisTimeoutError, match="for this request"):
            pipeline(client, [("GET", "key")])
        patience.end()
        dribbling.join()


def _dribble(listening):
    line, _ = listening.accept()
    with line, contextlib.suppress(OSError):
        line.sendall(b"$1000000\r\n")
        # Until the other side has hung up.
        while not select.select([line], [], [], 0.02)[0] or line.recv(1000):
            line.sendall(b"x")


def test_a_late_reply_is_nobodys(silent_server):
    """The line that it comes on is closed: the next question has another."""
    with client_of(silent_server, socket_timeout=0.2) as client:
        with pytest.raises(RedisTimeoutError):
            pipeline(client, [("GET", "first")])
        late, _ = silent_server.accept()
        answering = threading.Thread(target=_answer, args=(silent_server, b"$1\r\n2"))
        answering.start()
        late.sendall(b"$1\r\n1\r\n")
        assert pipeline(client, [("GET", "second")]) == [b"2"]
        answering.join()
        late.close()


def _answer(listening, reply):
    line, _ = listening.accept()
    with line:
        line.recv(100)
        line.sendall(reply + b"\r\n")


def test_a_server_that_is_loading_is_no_reply(silent_server):
    with client_of(silent_server, socket_timeout=2) as client:
        loading = b"-LOADING Redis is loading the dataset in memory"
        answering = threading.Thread(target=_answer, args=(silent_server, loading))
        answering.start()
        with pytest.raises(RedisConnectionError, match="loading"):
            pipeline(client, [("PING",)])
        answering.join()


def test_an_interrupted_question_leaves_no_line_behind(client, monkeypatch):
    first = number(client)
    (line,) = wire_of(client.connection_pool)._idle
    monkeypatch.setattr(line, "_receive", lambda _socket: _interrupt())
    with pytest.raises(KeyboardInterrupt):
        number(client)
    monkeypatch.undo()
    assert number(client) > first


def _interrupt():
    raise KeyboardInterrupt


def test_a_pool_without_room_is_an_error_of_the_connection(server_url):
    pool = ConnectionPool.from_url(server_url, max_connections=1)
    taken = pool.get_connection()
    with Redis.from_pool(pool) as client, pytest.raises(MaxConnectionsError):
        pipeline(client, [("PING",)])
    pool.release(taken)


def test_a_forked_process_has_lines_of_its_own(client, monkeypatch):
    first = number(client)
    with monkeypatch.context() as child:
        child.setattr("results.wire.os.getpid", lambda: -1)
        assert number(client) > first


@pytest.mark.parametrize(
    "pool",
    [
        ConnectionPool(connection_class=SSLConnection),
        BlockingConnectionPool(),
    ],
)
def test_other_connections_are_redis_pys(pool):
    assert wire_of(pool) is None


def test_what_was_sent_unasked_is_nobodys_reply(silent_server):
    with client_of(silent_server, retry=read_retry()) as client:
        answers = iter([b"+mine\r\n+left over\r\n", b"+the next one's\r\n"])

        def serve():
            for answer in answers:
                connection, _ = silent_server.accept()
                with connection:
                    connection.recv(CHUNK)
                    connection.sendall(answer)
                    connection.recv(CHUNK)

        serving = threading.Thread(target=serve)
        serving.start()
        assert pipeline(client, [("PING",)]) == [b"mine"]
        assert pipeline(client, [("PING",)]) == [b"the next one's"]
    client.connection_pool.disconnect()
    serving.join(10)
    assert not serving.is_alive()
