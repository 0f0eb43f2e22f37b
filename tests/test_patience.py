"""A request waits for the store for two seconds in all, however it is kept waiting."""

import threading
import time
from contextlib import contextmanager

import pytest
from redis.exceptions import TimeoutError as RedisTimeoutError
from rest_framework.test import APIClient

from benchmarks.reliability.fault_proxy import FaultProxy, always, dribbled, late
from results import connection, patience
from results.connection import command_client, use_store
from results.patience import each_in_time
from results.trip import pipeline
from tests.factories import TEST_ID, make_run, store_run

pytestmark = pytest.mark.usefixtures("short_limits")

# Far less than the whole reply would take, far more than a busy machine adds.
REQUEST_SECONDS = 20.0


@pytest.fixture
def patient():
    """A thread whose requests have ended, whatever the test did."""
    yield
    patience.end()


@contextmanager
def reading_through(server_url, proxy, settings):
    before = settings.CACHES["results"]["LOCATION"]
    password = server_url.partition("@")[0]
    use_store(f"{password}@127.0.0.1:{proxy.port}/0")
    try:
        yield APIClient(raise_request_exception=False)
    finally:
        use_store(before)


def port_of(url):
    return int(url.rpartition(":")[2].partition("/")[0])


@pytest.fixture
def proxied(redis_client, server_url, settings):
    """The product, and the proxy through which it reads a test with one run."""
    store_run(redis_client, TEST_ID, make_run())
    with FaultProxy(port_of(server_url)) as proxy:
        with reading_through(server_url, proxy, settings) as client:
            yield client, proxy


def test_without_a_request_nothing_ends(patient):
    assert patience.remaining() == float("inf")
    patience.arrive(patience.depart())
    assert patience.remaining() == float("inf")


def test_all_trips_of_a_request_share_its_time(patient):
    patience.begin(10)
    patience.arrive(patience.depart() - 4)
    patience.arrive(patience.depart() - 5)
    assert 0.5 < patience.remaining() <= 1
    patience.depart()
    assert patience.remaining() <= 1


def test_what_a_request_does_between_its_trips_is_its_own(patient, monkeypatch):
    patience.begin(10)
    patience.arrive(patience.depart())
    monkeypatch.setattr("time.monotonic", lambda: 1e12)
    assert patience.remaining() > 9


def test_each_thread_has_its_own(patient):
    patience.begin(1)
    seen = []
    thread = threading.Thread(target=lambda: seen.append(patience.remaining()))
    thread.start()
    thread.join()
    assert seen == [float("inf")]


def test_each_part_of_a_file_has_a_time_of_its_own(patient):
    seen = []

    def parts():
        for part in "abc":
            patience.arrive(patience.depart() - 1)
            seen.append(patience.remaining())
            yield part

    assert list(each_in_time(parts())) == ["a", "b", "c"]
    assert all(0 < left <= 1 for left in seen)
    assert patience.remaining() == float("inf")


def test_a_trip_without_any_time_left_is_a_time_out(proxied, patient):
    patience.begin(0)
    with pytest.raises(RedisTimeoutError):
        pipeline(command_client(), [("PING",)])


def test_a_reply_that_dribbles_is_503_in_time(proxied):
    client, proxy = proxied
    path = f"/api/tests/{TEST_ID}/results"
    assert client.get(path).status_code == 200
    proxy.choice = always(dribbled(0.1))
    started = time.monotonic()
    assert client.get(path).status_code == 503
    assert time.monotonic() - started < REQUEST_SECONDS
    proxy.choice = always(late(0))
    assert client.get(path).status_code == 200


def test_trips_that_are_each_in_time_end_together_in_time(proxied, patient):
    _client, proxy = proxied
    proxy.choice = always(late(0.4))
    patience.begin(1)
    with pytest.raises(RedisTimeoutError):
        for _ in range(6):
            pipeline(command_client(), [("PING",)])


def test_a_request_ends_with_its_time_given_back(proxied):
    client, _proxy = proxied
    client.get("/api/dashboard")
    assert patience.remaining() == float("inf")


def test_one_connection_too_many_is_503_and_opens_no_breaker(proxied, monkeypatch):
    client, _proxy = proxied
    pool = command_client().connection_pool
    assert pool.max_connections == connection.MOST_CONNECTIONS
    monkeypatch.setattr(pool, "max_connections", 0)
    for _ in range(5):
        response = client.get("/api/dashboard")
        assert response.status_code == 503
        assert response.json()["errors"][0]["code"] == "storage_unavailable"
    monkeypatch.undo()
    assert client.get("/api/dashboard").status_code == 200
