"""The production layout: nginx before a WSGI and an ASGI process, started for real."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from results.embedded.address import free_port
from results.reports import read_report
from tests.acl_users import user_url
from tests.deployed import deployed, nginx
from tests.factories import TEST_ID, make_run, store_event, store_run, store_test
from tests.live_servers import open_stream
from tests.store_holder import eventually

pytestmark = pytest.mark.nginx

ROOT = Path(__file__).resolve().parent.parent
ENDPOINT_TESTS = sorted(path.name for path in ROOT.glob("tests/test_*_api.py"))
LIVE = f"/api/tests/{TEST_ID}/live"
SECONDS = 10.0


@pytest.fixture(scope="module")
def deployment(server_client, server_url, tmp_path_factory):
    """Over a Redis user that may do what `deploy/users.acl` says, and no more."""
    folder = tmp_path_factory.mktemp("deployed")
    with (
        user_url(server_client, server_url, "monitor-reader") as url,
        deployed(url, folder) as running,
    ):
        yield running


@pytest.fixture
def base_url(deployment, redis_client):
    """Where the empty product answers."""
    store_test(redis_client)
    return deployment.base_url


@pytest.mark.timeout(300)
def test_the_endpoint_tests_pass_through_it(deployment, server_url, tmp_path):
    assert len(ENDPOINT_TESTS) >= 5
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
        + [f"--junitxml={tmp_path}/ran.xml"]
        + [f"tests/{name}" for name in ENDPOINT_TESTS],
        cwd=ROOT,
        env=os.environ
        | {"TEST_REDIS_URL": server_url, "TEST_BASE_URL": deployment.base_url},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    ran = read_report((tmp_path / "ran.xml").read_bytes()).cases
    assert sum(case.passed is True for case in ran) > len(ran) / 2


def test_an_event_arrives_while_its_stream_is_open(base_url, redis_client):
    with open_stream(base_url + LIVE) as stream:
        for number in range(3):
            stored = store_event(redis_client, TEST_ID, "step_start", n=str(number))
            assert stream.event()[0] == stored


def test_no_query_is_in_the_log_for_it_may_hold_a_token(base_url, deployment):
    httpx.get(f"{base_url}{LIVE}?follow=false&token=t0psecret", timeout=SECONDS)
    line = f'"GET {LIVE}"'
    assert eventually(lambda: line in deployment.access_log.read_text())
    assert "t0psecret" not in deployment.access_log.read_text()


def test_a_stream_that_breaks_off_leaves_no_query_in_the_error_log(
    base_url, deployment
):
    """Which nginx writes with every message: that it was there, another one shows."""
    with open_stream(f"{base_url}{LIVE}?token=t0psecret") as stream:
        deployment.streams.stop(signal.SIGKILL)
        with pytest.raises(httpx.RemoteProtocolError):
            stream.rest()
    deployment.streams.start()
    httpx.post(f"{base_url}/api/dashboard?q=no-secret", content=b"x" * 2_000)
    logged = deployment.error_log.read_text()
    assert "/api/dashboard?q=no-secret" in logged and "t0psecret" not in logged


def test_the_feed_of_all_tests_goes_to_the_stream_processes(base_url, redis_client):
    with open_stream(f"{base_url}/api/live") as stream:
        assert stream.response.status_code == 200
        stored = store_event(redis_client, TEST_ID, "step_start")
        assert stream.event()[0] == f"{stored}@{TEST_ID}"


def test_a_stream_resumes_through_it(base_url, redis_client):
    ids = [store_event(redis_client, TEST_ID, "step_start") for _ in range(3)]
    with open_stream(base_url + LIVE, resume_after=ids[0]) as stream:
        assert [entry_id for entry_id, _ in stream.events(2)] == ids[1:]


def test_a_page_larger_than_any_buffer_arrives_whole(base_url, redis_client):
    text = "x" * 200_000
    for number in range(5):
        run = make_run(f"run{number}", tinyfish_raw=text)
        store_run(redis_client, TEST_ID, run, score=float(number))
    body = httpx.get(f"{base_url}/api/tests/{TEST_ID}/results", timeout=SECONDS).json()
    assert [run["tinyfish_raw"] for run in body["results"]] == [text] * 5


def test_links_keep_the_port_that_the_client_used(base_url):
    answer = httpx.get(f"{base_url}/api/", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert httpx.get(f"{base_url}/docs/").headers["Location"].startswith("/docs")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/streams/readyz"])
def test_both_kinds_of_processes_tell_their_health(base_url, path):
    assert httpx.get(base_url + path).json() == {"status": "ok"}


def test_each_kind_of_processes_has_its_metrics(base_url):
    figures, feed = (
        httpx.get(base_url + path).text for path in ("/metrics", "/metrics/streams")
    )
    assert "monitor_tests" in figures and "monitor_live_listeners" not in figures
    with open_stream(base_url + LIVE):
        open_streams = httpx.get(f"{base_url}/metrics/streams").text
    assert "monitor_live_listeners" in feed
    assert re.search(r"monitor_live_listeners\{worker=\"\d+\"\} [1-9]", open_streams)


@pytest.mark.parametrize("path", [f"/badges/{TEST_ID}/status.svg", "/feed.atom"])
def test_what_others_embed_comes_through_it(base_url, path):
    assert httpx.get(base_url + path).status_code == 200


def test_streams_are_counted_by_the_address_of_their_client(base_url):
    """And not by the proxy's, which is one for all."""

    def streams_of(address, count):
        transport = httpx.HTTPTransport(local_address=address)
        client = leaving.enter_context(httpx.Client(transport=transport, timeout=60))
        return [
            leaving.enter_context(client.stream("GET", base_url + LIVE)).status_code
            for _ in range(count)
        ]

    with contextlib.ExitStack() as leaving:
        assert streams_of("127.0.0.2", 5) == [200] * 4 + [429]
        assert streams_of("127.0.0.3", 1) == [200]


def test_a_half_sent_request_head_is_dropped(deployment):
    with socket.create_connection(("127.0.0.1", deployment.port), SECONDS) as half:
        half.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        # One of the two, and no answer: a time-out of this side fails.
        with contextlib.suppress(ConnectionResetError):
            assert half.recv(4096) == b""


def test_oversize_headers_are_refused(base_url):
    large = {"X-Large": "x" * 40_000}
    assert httpx.get(f"{base_url}/healthz", headers=large).status_code == 400
    many = {f"X-{number}": "x" * 4_000 for number in range(20)}
    assert httpx.get(f"{base_url}/healthz", headers=many).status_code == 400


def test_a_body_is_refused(base_url):
    answer = httpx.post(f"{base_url}/api/dashboard", content=b"x" * 2_000)
    assert answer.status_code == 413


def test_a_form_of_the_ops_view_gets_through(base_url):
    """To the view that misses its token; beyond 64 KB not even there."""
    form = {"username": "ann", "password": "x" * 2_000}
    assert httpx.post(f"{base_url}/ops/login/", data=form).status_code == 403
    form["password"] = "x" * 70_000
    assert httpx.post(f"{base_url}/ops/login/", data=form).status_code == 413


@pytest.fixture(scope="class")
def without_streams(deployment):
    """Where the product answers while its stream processes are stopped."""
    deployment.streams.stop()
    yield deployment.base_url
    deployment.streams.start()


class TestWhileTheStreamProcessesAreAway:
    def test_an_event_source_is_told_to_come_back(self, without_streams):
        """It would never try again after a 5xx."""
        with open_stream(without_streams + LIVE) as stream:
            assert stream.response.status_code == 200
            assert "retry: 2000" in stream.rest()

    def test_the_same_scripts_may_read_that_as_any_answer(self, without_streams):
        sent = {"Accept": "text/event-stream", "Origin": "https://app.example.com"}
        told, other = (
            httpx.get(without_streams + path, headers=sent, timeout=SECONDS).headers
            for path in (LIVE, "/api/dashboard")
        )
        name = "Access-Control-Allow-Origin"
        assert told[name] == other[name] == "*"

    @pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
    def test_no_token_is_in_the_logs(self, without_streams, deployment, accept):
        url = f"{without_streams}{LIVE}?token=t0psecret&{accept}"
        written = deployment.access_log.read_text().count(" 502\n")
        httpx.get(url, headers={"Accept": accept}, timeout=SECONDS)
        # That nobody answered is said without it.
        log = deployment.access_log
        assert eventually(lambda: log.read_text().count(" 502\n") == written + 1)
        for log in (deployment.access_log, deployment.error_log):
            assert "t0psecret" not in log.read_text()

    @pytest.mark.parametrize("query", ["", "?follow=false"])
    def test_others_get_a_503_as_json(self, without_streams, query):
        accept = "text/event-stream" if query else "application/json"
        url = without_streams + LIVE + query
        answer = httpx.get(url, headers={"Accept": accept})
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "2"
        assert answer.json()["errors"][0]["code"] == "unavailable"

    def test_json_endpoints_answer_as_ever(self, without_streams):
        assert httpx.get(f"{without_streams}/api/dashboard").status_code == 200


@pytest.mark.parametrize(
    ("origin", "may_read"),
    [("https://app.example.com", True), ("https://b.com", False)],
)
@pytest.mark.parametrize("with_cookies", [True, False])
def test_only_the_configured_origins_may_read_that_streams_come_back(
    tmp_path, origin, may_read, with_cookies
):
    edited = {
        "    default *;": '    default "";\n    https://app.example.com $http_origin;'
    }
    if with_cookies:
        edited |= {
            "$may_read_with_cookies {\n": '$may_read_with_cookies {\n"~." true;\n'
        }
    nobody = free_port()
    with nginx(tmp_path, {"8001": nobody, "8002": nobody}, edited) as base_url:
        sent = {"Accept": "text/event-stream", "Origin": origin}
        answer = httpx.get(base_url + LIVE, headers=sent, timeout=SECONDS)
    assert answer.status_code == 200 and answer.headers["Vary"] == "Origin"
    found = {
        name.rpartition("-")[2]: value
        for name, value in answer.headers.items()
        if name.startswith("access-control-allow-")
    }
    cookies = {"credentials": "true"} if with_cookies else {}
    assert found == ({"origin": origin} | cookies if may_read else {})


def test_a_stream_goes_on_after_a_restart(base_url, deployment, redis_client):
    first = store_event(redis_client, TEST_ID, "step_start")
    deployment.streams.restart()
    second = store_event(redis_client, TEST_ID, "step_complete")
    with open_stream(base_url + LIVE, resume_after=first) as stream:
        assert stream.event()[0] == second
