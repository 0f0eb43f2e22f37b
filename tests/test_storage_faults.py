"""The store is away, hangs or loads: 503 in time, and the next request works."""

import contextlib
import os
import signal
import socket
import threading
import time

import pytest
from redis import Redis
from rest_framework.test import APIClient

from results.connection import use_store
from results.embedded import start_server
from tests.factories import TEST_ID, make_run, store_run

pytestmark = pytest.mark.usefixtures("short_limits")

PATHS = [
    "/api/dashboard",
    "/api/tests",
    f"/api/tests/{TEST_ID}",
    f"/api/tests/{TEST_ID}/results",
    f"/api/tests/{TEST_ID}/results/a1b2c3d4",
    f"/api/tests/{TEST_ID}/timing",
    f"/api/tests/{TEST_ID}/uptime",
    f"/api/tests/{TEST_ID}/incidents",
    f"/api/tests/{TEST_ID}/outages",
    "/api/outages",
    "/api/outages/groups",
    f"/api/tests/{TEST_ID}/live?follow=false",
]
# A store that is stopped never answers: our own limits did, busy machine or not.
ANSWER_SECONDS = 20


@pytest.fixture
def own_server(tmp_path, settings):
    """A server for one test, which may be stopped and killed."""
    before = settings.CACHES["results"]["LOCATION"]
    server = start_server(tmp_path, persist=True)
    use_store(server.url)
    store_run(Redis.from_url(server.url), TEST_ID, make_run())
    yield server
    use_store(before)
    server.stop()


@pytest.fixture
def client():
    return APIClient(raise_request_exception=False)


def assert_unavailable(response):
    assert response.status_code == 503, response.content
    assert 1 <= int(response["Retry-After"]) <= 5
    body = response.json()
    assert body["type"] == "server_error"
    assert body["errors"][0]["code"] == "storage_unavailable"


@pytest.mark.parametrize("path", PATHS)
def test_a_hanging_store_is_503_in_time_and_works_again(own_server, client, path):
    assert client.get(path).status_code == 200
    os.kill(own_server.pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        assert_unavailable(client.get(path))
        assert time.monotonic() - started < ANSWER_SECONDS
    finally:
        os.kill(own_server.pid, signal.SIGCONT)
    assert client.get(path).status_code == 200


def test_a_killed_store_is_503_at_once(own_server, client):
    assert client.get("/api/dashboard").status_code == 200
    os.kill(own_server.pid, signal.SIGKILL)
    for path in PATHS:
        assert_unavailable(client.get(path))
    response = client.get("/readyz")
    assert (response.status_code, response["Retry-After"]) == (503, "1")
    assert response.json() == {"status": "unavailable"}
    assert client.get("/healthz").json() == {"status": "ok"}


def test_connections_that_died_while_idle_cost_nobody_a_request(own_server, client):
    assert client.get("/api/dashboard").status_code == 200
    with Redis.from_url(own_server.url) as other:
        other.client_kill_filter(_type="normal", skipme=True)
    assert client.get("/api/dashboard").status_code == 200


@pytest.fixture
def one_line_server():
    """A server that answers whatever it is asked with one line."""
    listener = socket.create_server(("127.0.0.1", 0))
    answers: list[bytes] = []
    accepted: list[socket.socket] = [listener]

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            accepted.append(connection)
            with connection:
                while connection.recv(65536):
                    connection.sendall(answers[0])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()

    def answering(line: bytes) -> str:
        answers[:] = [line]
        return f"redis://127.0.0.1:{listener.getsockname()[1]}/0?protocol=2"

    yield answering
    for end in accepted:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    "line",
    [
        b"-LOADING Redis is loading the dataset in memory\r\n",
        b"-NOAUTH Authentication required.\r\n",
        b"-ERR max number of clients reached\r\n",
        b"-BUSY Redis is busy running a script.\r\n",
        b"garbage\r\n",
    ],
)
def test_a_store_that_refuses_is_503(one_line_server, settings, client, line):
    before = settings.CACHES["results"]["LOCATION"]
    use_store(one_line_server(line))
    try:
        started = time.monotonic()
        assert_unavailable(client.get("/api/dashboard"))
        assert time.monotonic() - started < ANSWER_SECONDS
    finally:
        use_store(before)


def test_nothing_of_the_failure_is_told(settings, client):
    before = settings.CACHES["results"]["LOCATION"]
    use_store("redis://user:topsecret@127.0.0.1:1/0")
    try:
        response = client.get("/api/dashboard")
    finally:
        use_store(before)
    assert_unavailable(response)
    assert b"topsecret" not in response.content and b"127.0.0.1" not in response.content


def test_an_outage_is_one_line_a_request_in_the_log(own_server, client, caplog):
    os.kill(own_server.pid, signal.SIGKILL)
    client.get("/api/dashboard")
    (record,) = caplog.records
    assert record.levelname == "WARNING" and record.exc_info is None
    assert record.getMessage().startswith("/api/dashboard: storage_unavailable")
