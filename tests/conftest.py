"""Stores and clients. Those of several servers are in `topologies.py`, and what
tests need of this machine in `machine.py`.

Only a server that this suite started, or the one that `TEST_REDIS_URL` names, is
ever flushed: a `REDIS_URL` of the developer's is never looked at.
"""

from __future__ import annotations

import os

import fakeredis
import hypothesis
import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

# The same examples in every run, and no stopwatch: a slow machine is no bug.
hypothesis.settings.register_profile(
    "suite", deadline=None, derandomize=True, database=None
)
hypothesis.settings.load_profile("suite")

SERVER_SECONDS = 60.0


@pytest.fixture(scope="session")
def server_url(tmp_path_factory):
    """A real server: `TEST_REDIS_URL`, or one that lives as long as the suite."""
    if named := os.environ.get("TEST_REDIS_URL"):
        yield named
        return
    # Imported late: coverage must be looking when the product is first imported.
    from results.embedded import start_server

    server = start_server(tmp_path_factory.mktemp("store"), persist=False)
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def server_client(server_url):
    """One client for the whole suite, for tests that flush by themselves."""
    with Redis.from_url(
        server_url, socket_timeout=SERVER_SECONDS, retry=Retry(NoBackoff(), 0)
    ) as client:
        yield client


@pytest.fixture
def redis_client(server_client):
    """The real server, empty; bytes come back."""
    server_client.flushdb()
    return server_client


@pytest.fixture
def fake_client():
    """A store in this process, empty; bytes come back."""
    with fakeredis.FakeRedis(server=fakeredis.FakeServer()) as client:
        yield client


# Every way to store and to read: the same answers in all of them.
STORES = ["fake", "server"]
READERS = ["server without index", "read-only user", "sentinel", "cluster"]


def pytest_generate_tests(metafunc):
    if "store_kind" in metafunc.fixturenames:
        kinds = STORES + READERS if "repository" in metafunc.fixturenames else STORES
        if {"way", "recorder"}.intersection(metafunc.fixturenames):
            # In a Cluster there is but one way to record, with tests of its own.
            kinds = [kind for kind in kinds if kind != "cluster"]
        metafunc.parametrize("store_kind", kinds)


@pytest.fixture
def store(request, store_kind):
    """Any store: what holds over all is our contract, not one store's habit."""
    kinds = {"fake": "fake_client", "sentinel": "sentinel_store"}
    kinds["cluster"] = "cluster_store"
    return request.getfixturevalue(kinds.get(store_kind, "redis_client"))


@pytest.fixture
def repository(request, store_kind, store):
    """The repository over `store`, as `store_kind` says."""
    from results.repository import ResultRepository
    from results.run_index.use import IndexUse

    readers = {"read-only user": "reading_client", "sentinel": "sentinel_reader"}
    readers["cluster"] = "cluster_reader"
    if store_kind in readers:
        store = request.getfixturevalue(readers[store_kind])
    mode = "off" if store_kind == "server without index" else "auto"
    return ResultRepository(store, index=IndexUse(mode))


@pytest.fixture
def reading_client(redis_client, server_url):
    """A client of a user who may read every key, and write none."""
    rules = ["reset", "on", ">secret", "~*", "+@read", "+@transaction", "+@connection"]
    redis_client.execute_command("ACL", "SETUSER", "reading", *rules)
    client = Redis.from_url(server_url)
    # A URL's own password would win.
    own = {"username": "reading", "password": "secret"}
    client.connection_pool.connection_kwargs.update(own)
    yield client
    client.close()
    redis_client.execute_command("ACL", "DELUSER", "reading")


@pytest.fixture
def recorder(redis_client):
    """The write half over `redis_client`."""
    from results.recorder import Recorder

    return Recorder(redis_client)


def _changes_this_process(test) -> bool:
    """Whether it, or a fixture of ours that it uses, asks for `monkeypatch`: plugins
    have fixtures of every test that do, too."""
    ours = (
        fixture.argnames
        for known in test._fixtureinfo.name2fixturedefs.values()
        for fixture in known[-1:]
        if fixture.baseid
    )
    return any("monkeypatch" in names for names in (test._fixtureinfo.argnames, *ours))


@pytest.fixture
def api(request, redis_client, server_url):
    """An API client of the product over the real, empty server: in this process, or
    of the deployment at `TEST_BASE_URL`, which must read `TEST_REDIS_URL`."""
    if deployed := os.environ.get("TEST_BASE_URL"):
        if _changes_this_process(request.node):
            pytest.skip("changes this process, and asks another")
        from tests.deployed import HttpApi

        with HttpApi(base_url=deployed) as client:
            yield client
        return

    from django.conf import settings
    from rest_framework.test import APIClient

    from results.connection import ALIAS, use_store

    before = settings.CACHES[ALIAS]["LOCATION"]
    use_store(server_url)
    yield APIClient(raise_request_exception=False)
    use_store(before)


@pytest.fixture
def trips(monkeypatch):
    """How many trips to Redis were made so far."""
    from results import trip

    made, exchange = [], trip.exchange
    monkeypatch.setattr(
        trip, "exchange", lambda *args: made.append(1) or exchange(*args)
    )
    return made
