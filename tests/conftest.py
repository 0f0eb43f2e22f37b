"""Stores, clients and what tests on this machine may need.

Only a server that this suite started, or the one that `TEST_REDIS_URL` names, is
ever flushed: a `REDIS_URL` of the developer's is never looked at.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

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

CLIENTS = Path(__file__).parent.parent / "clients"


def _program(name):
    return shutil.which(name), f"{name} is not on PATH", "REQUIRE_EXTRAS"


def _modules(file, forced_by, *names):
    is_here = all(find_spec(name) for name in names)
    return is_here, f"{file} is not installed", forced_by


# Marker: whether what it stands for is here, what to say where it is not, and the
# variable that forces such tests.
EXTRAS = {
    "chromium": _program("chromium"),
    "nginx": _program("nginx"),
    "node": _program("node"),
    "npm_packages": (
        (CLIENTS / "node_modules").is_dir(),
        "the npm packages are missing (npm ci --prefix clients)",
        "REQUIRE_EXTRAS",
    ),
    "benchmarks": _modules(
        "benchmarks/requirements.txt",
        "REQUIRE_BENCHMARKS",
        *("fastapi", "matplotlib", "psutil"),
    ),
    "gate": _modules(
        ".ci/requirements.txt",
        "REQUIRE_GATE",
        *("openapi_python_client", "playwright", "schemathesis"),
        "grafana_foundation_sdk",
    ),
}
SERVER_SECONDS = 60.0


def _may_make_namespaces() -> bool:
    if not shutil.which("ip"):
        return False
    name = f"probe{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True)
    subprocess.run(["ip", "netns", "delete", name], capture_output=True)
    return made.returncode == 0


def pytest_configure():
    # A shell's `&` has its jobs ignore Ctrl-C, and processes that we start and
    # interrupt would inherit that.
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_setup(item):
    """Tests that need more than Python and pip are skipped, or forced by CI."""
    from results.apps import leave_databases_alone

    # Django's test client connects what looks after databases, each time anew.
    leave_databases_alone()
    for marker, (is_here, reason, forced_by) in EXTRAS.items():
        if item.get_closest_marker(marker) and not is_here:
            if os.environ.get(forced_by) == "1":
                pytest.fail(f"{reason}, and {forced_by}=1 forces this test")
            pytest.skip(reason)
    if item.get_closest_marker("netns") and not _may_make_namespaces():
        # Not forced: a container may forbid it to root, and nothing can be installed.
        pytest.skip("no network namespace can be made here (root and iproute2)")


def _databases_are_left_alone(**_kwargs):
    """In place of Django's look after them, with which the product does away."""


@pytest.fixture(scope="session", autouse=True)
def _indexes_are_built_on_a_busy_machine_too():
    """Who tests that there is no time left says so."""
    from results.run_index import use

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(use, "BUILD_SECONDS", 60.0)
        yield


@pytest.fixture(scope="session", autouse=True)
def _requests_leave_databases_alone():
    """Django's test client has requests close databases' connections again."""
    from django.test import client

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(client, "close_old_connections", _databases_are_left_alone)
        yield


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


@pytest.fixture(scope="session")
def sentinel_url(tmp_path_factory):
    """A master, a replica and three sentinels that watch them."""
    from tests.sentinels import deployment

    with deployment(tmp_path_factory.mktemp("sentinel"), 1, 3) as found:
        yield found.url


@pytest.fixture(scope="session")
def sentinel_client(sentinel_url):
    """The product's client for reads, which asks the sentinels where the master is."""
    from results.connection import DataConnectionFactory

    with DataConnectionFactory({}).connect(sentinel_url) as client:
        yield client
        client.connection_pool.disconnect()


@pytest.fixture
def sentinel_store(sentinel_client):
    """The master, empty."""
    sentinel_client.flushdb()
    return sentinel_client


@pytest.fixture
def sentinel_reader(sentinel_store):
    return sentinel_store


@pytest.fixture(scope="session")
def six_nodes(tmp_path_factory):
    """A Cluster of three masters with a replica each."""
    from tests.cluster_nodes import cluster

    with cluster(tmp_path_factory.mktemp("nodes"), replicas=3) as found:
        yield found


@pytest.fixture(scope="session")
def cluster_writer(six_nodes):
    """A foreign client of the Cluster: redis-py's own."""
    with six_nodes.client() as client:
        yield client


@pytest.fixture
def cluster_store(six_nodes, cluster_writer):
    """The Cluster, empty."""
    for node in six_nodes.nodes[:3]:
        node.flushall()
    return cluster_writer


@pytest.fixture(scope="session")
def cluster_reader(six_nodes):
    """The product's client for reads."""
    from results.connection import DataConnectionFactory

    with DataConnectionFactory({}).connect(six_nodes.url) as client:
        yield client


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
