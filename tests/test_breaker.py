"""A store that is away is asked by one, once a second, and by nobody else."""

import threading

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import MaxConnectionsError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from results import breaker as breaking
from results.breaker import FAILURES, Breaker, StoreIsAway, breaker_of
from results.embedded.address import free_port
from results.trip import pipeline
from tests.store_holder import eventually

PING = [("PING",)]


class Connection:
    def __init__(self, pool):
        self.pool = pool

    def send_command(self, *words):
        self.pool.sent.append(words)

    def read_response(self):
        return self.pool.reply()


class Pool:
    """A pool whose server does what `reply` does."""

    def __init__(self, reply):
        self.reply = reply
        self.sent = []
        self.is_in_use = 0

    def get_connection(self):
        self.is_in_use += 1
        return Connection(self)

    def release(self, _connection):
        self.is_in_use -= 1


def raising(error):
    def reply():
        raise error

    return reply


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(breaking, "PROBE_SECONDS", 0.01)


def opened(reply):
    pool = Pool(reply)
    breaker = Breaker(pool)
    for _ in range(FAILURES):
        assert not breaker.is_open
        breaker.failed(RedisTimeoutError())
    return pool, breaker


def close(pool, breaker):
    pool.reply = lambda: b"PONG"
    assert eventually(lambda: not breaker.is_open)
    breaker._prober.join()


def test_it_opens_after_failures_in_a_row_and_refuses():
    pool, breaker = opened(raising(RedisTimeoutError()))
    assert breaker.is_open
    with pytest.raises(StoreIsAway):
        breaker.refuse()
    close(pool, breaker)


def test_a_success_between_failures_keeps_it_closed():
    breaker = Breaker(Pool(lambda: b"PONG"))
    for _ in range(3 * FAILURES):
        breaker.failed(RedisConnectionError())
        breaker.succeeded()
    assert not breaker.is_open


def test_a_pool_that_is_used_up_says_nothing_about_the_store():
    breaker = Breaker(Pool(lambda: b"PONG"))
    for _ in range(3 * FAILURES):
        breaker.failed(MaxConnectionsError())
    assert not breaker.is_open


@pytest.mark.parametrize(
    "reply",
    [
        lambda: b"PONG",
        raising(ResponseError("MASTERDOWN")),
        raising(MaxConnectionsError()),
        raising(ValueError("whatever")),
    ],
)
def test_any_answer_closes_it(reply):
    pool, breaker = opened(reply)
    assert eventually(lambda: not breaker.is_open)
    assert breaker.failures == 0 and pool.is_in_use == 0


@pytest.mark.parametrize(
    "failure", [RedisTimeoutError(), RedisConnectionError(), OSError()]
)
def test_it_asks_on_while_nobody_answers(failure):
    pool, breaker = opened(raising(failure))
    assert eventually(lambda: len(pool.sent) > 3)
    assert breaker.is_open and set(pool.sent) == {("PING",)}
    close(pool, breaker)


def test_however_many_ask_one_thread_probes():
    pool, breaker = opened(raising(RedisTimeoutError()))
    before = threading.active_count()
    for _ in range(50):
        with pytest.raises(StoreIsAway):
            breaker.refuse()
    assert threading.active_count() <= before
    close(pool, breaker)


def test_without_anybody_who_asks_the_next_request_finds_out(monkeypatch):
    monkeypatch.setattr(breaking, "IDLE_SECONDS", 0.0)
    _pool, breaker = opened(raising(RedisTimeoutError()))
    assert eventually(lambda: not breaker.is_open)
    breaker.failed(RedisTimeoutError())
    assert breaker.is_open


def test_a_process_that_was_forked_meanwhile_asks_by_itself():
    pool, breaker = opened(raising(RedisTimeoutError()))
    close(pool, breaker)
    breaker.is_open, asked = True, len(pool.sent)
    with pytest.raises(StoreIsAway):
        breaker.refuse()
    assert eventually(lambda: not breaker.is_open)
    assert len(pool.sent) == asked + 1


def test_each_pool_has_one():
    one, other = Redis(port=1).connection_pool, Redis(port=1).connection_pool
    assert breaker_of(one) is breaker_of(one)
    assert breaker_of(one) is not breaker_of(other)


def test_a_dead_port_is_asked_so_often_and_then_refused_at_once():
    with Redis(port=free_port(), retry=Retry(NoBackoff(), 0)) as client:
        for _ in range(FAILURES):
            with pytest.raises(RedisConnectionError) as failure:
                pipeline(client, PING)
            assert not isinstance(failure.value, StoreIsAway)
        with pytest.raises(StoreIsAway):
            pipeline(client, PING)
        # Its thread ends soon, for this test is over.
        breaker_of(client.connection_pool)._asked_at = -1e9
        assert eventually(lambda: not breaker_of(client.connection_pool).is_open)


def test_an_error_for_one_command_is_no_failure_of_the_store(redis_client):
    redis_client.set("text", "x")
    for _ in range(3 * FAILURES):
        pipeline(redis_client, [("ZCARD", "text")])
    assert breaker_of(redis_client.connection_pool).failures == 0


def test_it_is_told_when_it_opens_and_when_it_closes(caplog):
    pool, breaker = opened(raising(RedisTimeoutError()))
    close(pool, breaker)
    first, last = [record.getMessage() for record in caplog.records]
    assert first.startswith("the store does not answer (TimeoutError)")
    assert last.startswith("the store answers again")
