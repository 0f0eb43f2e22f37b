"""The live feed over TCP, under each server that carries it."""

import json
import re
import signal
import statistics
import subprocess
import sys
import time
from contextlib import closing

import httpx
import pytest

from results.embedded.address import free_port
from tests.factories import TEST_ID, make_hash
from tests.live_servers import ROOT, Server, open_stream
from tests.live_viewers import KEY, add, events_of, stored_ids

PATH = f"/api/tests/{TEST_ID}/live"
KEEPALIVE_SECONDS, IDLE_CLOSE_SECONDS = 0.3, 1.5
SERVERS = ("serve", "uvicorn", "runserver")
WRITER = """
import sys, time
from redis import Redis
client = Redis.from_url(sys.argv[1])
for number in range(20):
    client.xadd(sys.argv[2], {"type": "step_start", "sent": repr(time.time())})
    time.sleep(0.02)
client.close()
"""


@pytest.fixture(scope="module", params=SERVERS)
def server(request, server_url, tmp_path_factory):
    log = tmp_path_factory.mktemp("server") / "log"
    with Server(request.param, server_url, log) as server:
        yield server


@pytest.fixture
def url(server):
    return server.base_url + PATH


@pytest.fixture
def client(redis_client):
    redis_client.hset(f"test:{TEST_ID}", mapping=make_hash())
    return redis_client


def test_the_newest_entries_come_and_then_new_ones(url, client):
    add(client, *range(60))
    with open_stream(url) as stream:
        assert stream.response.headers["content-type"] == "text/event-stream"
        ids = [entry_id for entry_id, _ in stream.events(50)]
        assert ids == stored_ids(client)[-50:]
        add(client, 60)
        assert stream.event() == (
            stored_ids(client)[-1],
            {"type": "step_start", "step_number": "60", "test_id": TEST_ID},
        )


def test_entries_of_another_process_arrive_at_once(url, client, server_url):
    with open_stream(url) as stream:
        assert stream.line() == ": open"
        writer = subprocess.Popen([sys.executable, "-c", WRITER, server_url, KEY])
        delays = []
        for _ in range(20):
            _, data = stream.event()
            delays.append(time.time() - float(data["sent"]))
        assert writer.wait(60) == 0
    # Woken by each entry; one that looks every few seconds brings them together.
    assert statistics.median(delays) < 1.5


def test_a_client_that_comes_back_misses_and_repeats_nothing(url, client):
    add(client, 1, 2, 3)
    with open_stream(url) as stream:
        last_id = stream.events(2)[-1][0]
    add(client, 4)
    with open_stream(url, resume_after=last_id) as stream:
        ids = [entry_id for entry_id, _ in stream.events(2)]
        add(client, 5)
        ids.append(stream.event()[0])
    assert ids == stored_ids(client)[2:]


@pytest.mark.parametrize("kind", SERVERS)
def test_silence_is_broken_by_comments_and_ended_in_the_end(
    kind, client, server_url, tmp_path
):
    add(client, 1)
    pace = {
        "LIVE_KEEPALIVE_SECONDS": str(KEEPALIVE_SECONDS),
        "LIVE_IDLE_CLOSE_SECONDS": str(IDLE_CLOSE_SECONDS),
    }
    with Server(kind, server_url, tmp_path / "log", **pace) as server:
        started = time.monotonic()
        with open_stream(server.base_url + PATH) as stream:
            stream.event()
            rest = stream.rest()
        assert time.monotonic() - started >= IDLE_CLOSE_SECONDS
    assert 2 <= rest.count(": keepalive") <= 6
    assert rest[-3:] == ["event: bye", 'data: {"reason":"idle"}', ""]
    assert set(rest[:-3]) == {"", ": keepalive"}


def test_a_deleted_stream_that_starts_anew_is_followed(url, client):
    add(client, 1)
    with open_stream(url) as stream:
        stream.event()
        client.delete(KEY)
        add(client, 2)
        assert stream.event()[0] == stored_ids(client)[0]
        assert stream.told == [("reset", {"reason": "gone", "from": "0-0"})]


def test_several_clients_get_the_same(url, client):
    with open_stream(url) as one, open_stream(url) as two:
        assert one.line() == two.line() == ": open"
        add(client, 1, 2)
        assert one.events(2) == two.events(2)


def test_a_malformed_position_is_400_in_json(url, client):
    response = httpx.get(url, headers={"Last-Event-ID": "events:1"})
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["attr"] == "Last-Event-ID"


def test_an_unknown_test_is_404_in_json(server, client):
    response = httpx.get(
        f"{server.base_url}/api/tests/nobody/live",
        headers={"Accept": "text/event-stream"},
    )
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/json"
    assert response.json()["errors"][0]["code"] == "not_found"


def test_what_is_stored_is_sent_and_ended(url, client):
    add(client, *range(250))
    fresh = httpx.get(url, params={"follow": "false"})
    assert [i for i, _ in events_of(fresh.content)] == stored_ids(client)[-50:]
    resuming = httpx.get(
        url,
        params={"follow": "false"},
        headers={"Last-Event-ID": stored_ids(client)[0]},
    )
    assert [i for i, _ in events_of(resuming.content)] == stored_ids(client)[1:]


def test_the_header_says_where_the_stream_starts(url, client):
    add(client, *range(3))
    ids = stored_ids(client)
    for resume_after, starts_after, count in (
        (None, "0-0", 3),
        (ids[0], ids[0], 2),
        ("1-0", "0-0", 3),
    ):
        with open_stream(url, resume_after=resume_after) as stream:
            assert stream.response.headers["last-event-id"] == starts_after
            assert [i for i, _ in stream.events(count)] == ids[-count:]


def test_head_is_answered_with_headers_alone(url, client):
    add(client, 1)
    response = httpx.head(url, timeout=60)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream"
    assert response.content == b""


def test_a_client_that_accepts_compression_gets_none(url, client):
    with httpx.stream(
        "GET", url, headers={"Accept-Encoding": "gzip, br, zstd"}, timeout=10
    ) as response:
        assert response.headers["content-encoding"] == "identity"
        assert next(response.iter_raw()).startswith(b": open")


def test_hidden_values_do_not_leave_the_server(url, client):
    secret = [{"name": "password", "value": "hunter22", "hidden": True}]
    client.hset(f"test:{TEST_ID}", "variables", json.dumps(secret))
    client.xadd(KEY, {"type": "step_start", "message": "typed hunter22"})
    with open_stream(url) as stream:
        assert stream.event()[1]["message"] == "typed ***"
        client.xadd(KEY, {"type": "error", "message": "hunter22 was refused"})
        assert stream.event()[1]["message"] == "*** was refused"


def test_uvicorn_ends_with_a_stream_open(client, server_url, tmp_path):
    with Server("uvicorn", server_url, tmp_path / "log") as server:
        with open_stream(server.base_url + PATH) as stream:
            assert stream.line() == ": open"
            server.stop(signal.SIGTERM)


def test_runserver_ends_with_a_stream_open(client, server_url, tmp_path):
    with Server("runserver", server_url, tmp_path / "log") as server:
        with open_stream(server.base_url + PATH) as stream:
            assert stream.line() == ": open"
            server.stop(signal.SIGINT)


@pytest.mark.parametrize("kind", SERVERS)
def test_without_redis_the_stream_is_open_and_what_is_stored_is_503(kind, tmp_path):
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    pace = {"LIVE_KEEPALIVE_SECONDS": "0.2", "LIVE_IDLE_CLOSE_SECONDS": "1"}
    with Server(kind, nowhere, tmp_path / "log", **pace) as server:
        with open_stream(server.base_url + PATH) as stream:
            assert stream.response.status_code == 200
            assert ": keepalive" in stream.rest()
        response = httpx.get(server.base_url + PATH, params={"follow": "false"})
        assert response.status_code == 503
        assert int(response.headers["retry-after"]) >= 1


def test_the_python_of_the_readme_follows_and_resumes(url, client):
    readme = (ROOT / "README.md").read_text()
    (code,) = re.findall(r"```python\n(import time, httpx\n.*?)```", readme, re.DOTALL)
    names: dict = {}
    exec(code, names)
    add(client, 1, 2)
    with closing(names["events"](url)) as events:
        assert [json.loads(next(events))["step_number"] for _ in range(2)] == ["1", "2"]
        add(client, 3)
        assert json.loads(next(events))["step_number"] == "3"
    with closing(names["events"](url, stored_ids(client)[1])) as events:
        assert json.loads(next(events))["step_number"] == "3"
