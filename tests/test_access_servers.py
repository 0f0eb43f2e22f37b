"""A closed product as real processes: streams, static files and the token's way."""

import json

import httpx
import pytest

from tests.closing import BEARER, FRONTEND, KEY, LONG_KEY
from tests.factories import TEST_ID, store_event, store_test
from tests.live_servers import Server, open_stream

LIVE = f"/api/tests/{TEST_ID}/live"
STATIC = "/static/results/page.css"
CLOSED = {
    "API_KEYS": f"{FRONTEND.name}:{FRONTEND.digest}",
    "SECRET_KEY": LONG_KEY,
    "THROTTLE_RATE": "100000/minute",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the servers' logs are."""
    return tmp_path_factory.mktemp("closed")


@pytest.fixture(scope="module")
def servers(server_url, folder):
    """The streams' and the JSON's processes, which share nothing but settings."""
    with (
        Server("serve", server_url, folder / "serve.log", **CLOSED) as streams,
        Server("api", server_url, folder / "api.log", **CLOSED) as api,
    ):
        yield api.base_url, streams.base_url


@pytest.fixture
def stored(redis_client):
    store_test(redis_client)
    return redis_client


def test_both_are_closed_and_a_key_opens_them(servers, stored):
    for server in servers:
        for path in (LIVE, "/api/live", "/api/dashboard", "/docs", "/nope"):
            refused = httpx.get(server + path)
            assert refused.status_code == 401, path
            assert refused.headers["WWW-Authenticate"].startswith("Bearer")
        assert httpx.get(f"{server}/api/dashboard", headers=BEARER).status_code == 200


def test_nobody_says_for_himself_where_he_asks_from(servers, folder):
    """Behind `NUM_PROXIES` proxies their word is taken, and of none nobody's."""
    told = {"X-Forwarded-For": "203.0.113.9", **BEARER}
    for server, name in zip(servers, ("api", "serve"), strict=True):
        assert httpx.get(f"{server}/api/nowhere", headers=told).status_code == 404
        log = (folder / f"{name}.log").read_text()
        (line,) = [line for line in log.splitlines() if "/api/nowhere" in line]
        assert json.loads(line)["address"] == "127.0.0.1"


def test_static_files_and_health_need_none(servers):
    for server in servers:
        for path in (STATIC, "/healthz", "/readyz"):
            assert httpx.get(server + path).status_code == 200


def test_a_token_of_one_process_opens_a_stream_of_another(servers, stored):
    api, streams = servers
    token = httpx.post(f"{api}/api/live-token", headers={"X-Api-Key": KEY}).json()
    entry = store_event(stored, TEST_ID, "step_start")
    for path in (LIVE, "/api/live"):
        with open_stream(f"{streams}{path}?token={token['token']}") as stream:
            assert stream.response.status_code == 200
            if path == LIVE:
                assert stream.event()[0] == entry
    forged = httpx.get(f"{streams}{LIVE}", params={"token": token["token"] + "x"})
    assert forged.status_code == 401
