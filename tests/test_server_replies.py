"""Every error that a server can answer does what `docs/server-replies.md` says."""

import re
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.test import APIClient

from results.connection import index_use, use_store
from results.embedded import start_server
from results.recorder import Recorded, Recorder
from tests.factories import TEST_ID, make_run, store_run, store_test
from tests.scripted_server import ScriptedServer
from tests.store_holder import eventually

pytestmark = pytest.mark.usefixtures("short_limits")

PAGE = Path(__file__).parent.parent / "docs" / "server-replies.md"
PATHS = ["/api/dashboard", "/api/tests", f"/api/tests/{TEST_ID}/results"]
ROWS = {
    name: (int(reader), raised)
    for name, reader, raised in re.findall(
        r"^\| `([\w ]+)` \| [^|]+ \| (\d+)[^|]* \| raises `(\w+)` \|$",
        PAGE.read_text(),
        re.MULTILINE,
    )
}
SCRIPTED = {
    "LOADING": "-LOADING Redis is loading the dataset in memory",
    "MOVED": "-MOVED 3999 127.0.0.1:6381",
    "CLUSTERDOWN": "-CLUSTERDOWN The cluster is down",
}


class Provoked:
    """A server of one's own with a test, and what makes it answer with errors.

    Each method leaves the server as it was; it yields the URL to be used meanwhile.
    """

    def __init__(self, server, folder):
        self.url = server.url
        self.folder = folder
        self.client = Redis.from_url(server.url, retry=Retry(NoBackoff(), 0))

    @contextmanager
    def configured(self, **values):
        names = {name: name.replace("_", "-") for name in values}
        before = self.client.config_get(*names.values()) if names else {}
        for name, value in values.items():
            self.client.config_set(names[name], value)
        try:
            yield self.url
        finally:
            for name, value in before.items():
                self.client.config_set(name, value)

    @contextmanager
    def replica_of_nobody(self, **values):
        self.client.replicaof("127.0.0.1", 1)
        try:
            with self.configured(**values) as url:
                yield url
        finally:
            self.client.replicaof("NO", "ONE")

    def masterdown(self):
        return self.replica_of_nobody(replica_serve_stale_data="no")

    def readonly(self):
        return self.replica_of_nobody()

    def oom(self):
        return self.configured(maxmemory="1")

    def noreplicas(self):
        return self.configured(min_replicas_to_write="1")

    @contextmanager
    def misconf(self):
        with self.configured(save="3600 1"):
            shutil.rmtree(self.folder)
            self.client.bgsave()
            assert eventually(self._has_failed_to_save)
            yield self.url
            self.folder.mkdir()

    def _has_failed_to_save(self):
        found = self.client.info("persistence")
        return found["rdb_last_bgsave_status"] == "err"

    @contextmanager
    def busy(self):
        with self.configured(busy_reply_threshold="1"):
            endless = threading.Thread(target=self._run_for_ever)
            endless.start()
            assert eventually(self._is_busy)
            yield self.url
            self.client.script_kill()
            endless.join()

    def _run_for_ever(self):
        with Redis.from_url(self.url) as other, pytest.raises(Exception):
            other.eval("while true do end", 0)

    def _is_busy(self):
        with pytest.raises(Exception) as failure:
            self.client.get("x")
            raise AssertionError("not yet")
        return "BUSY" in str(failure.value)

    @contextmanager
    def noauth(self):
        yield re.sub(r"//.*@", "//", self.url)

    @contextmanager
    def wrongpass(self):
        yield re.sub(r"//.*@", "//:another@", self.url)

    @contextmanager
    def noperm(self):
        self.client.acl_setuser("blind", enabled=True, passwords=["+pw"])
        yield re.sub(r"//.*@", "//blind:pw@", self.url)
        self.client.acl_deluser("blind")

    @contextmanager
    def max_clients(self):
        with self.configured(maxclients="1"):
            self.client.client_kill_filter(_type="normal", skipme=True)
            yield self.url


@pytest.fixture(scope="module")
def provoked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("provoked") / "store"
    server = start_server(folder, persist=False)
    found = Provoked(server, folder)
    store_test(found.client)
    store_run(found.client, TEST_ID, make_run())
    yield found
    found.client.close()
    server.stop()


@contextmanager
def answering(name, provoked):
    """The URL of a store that answers so."""
    if name in SCRIPTED:
        with ScriptedServer(SCRIPTED[name]) as server:
            yield server.url
        return
    with getattr(provoked, name.lower().replace(" ", "_"))() as url:
        yield url


@contextmanager
def reading(url, settings):
    before = settings.CACHES["results"]["LOCATION"]
    use_store(url)
    index_use.cache_clear()
    try:
        yield APIClient(raise_request_exception=False)
    finally:
        use_store(before)
        index_use.cache_clear()


def test_the_page_has_a_row_for_each_of_them():
    assert list(ROWS) == [
        *("LOADING", "MASTERDOWN", "READONLY", "OOM", "MISCONF", "NOREPLICAS", "BUSY"),
        *("NOAUTH", "WRONGPASS", "NOPERM", "MOVED", "CLUSTERDOWN", "max clients"),
        "WRONGTYPE",
    ]


@pytest.mark.parametrize("name", [name for name in ROWS if name != "WRONGTYPE"])
def test_a_reader_and_the_recorder_do_what_the_page_says(name, provoked, settings):
    status, raised = ROWS[name]
    with answering(name, provoked) as url:
        with reading(url, settings) as client:
            answers = [client.get(path) for path in PATHS]
        with Recorder.from_url(url) as recorder, pytest.raises(Exception) as failure:
            recorder.record_run(TEST_ID, make_run("b1b2c3d4"))
    assert [answer.status_code for answer in answers] == [status] * len(PATHS)
    if status == 503:
        for answer in answers:
            assert 1 <= int(answer["Retry-After"]) <= 3
            assert answer.json()["errors"][0]["code"] == "storage_unavailable"
            assert name not in answer.content.decode()
    assert type(failure.value).__name__ == raised
    stored = provoked.client.zcard(f"results:{TEST_ID}")
    assert stored == 1, "what raises stores nothing"


def test_afterwards_all_is_as_before(provoked, settings):
    with reading(provoked.url, settings) as client:
        assert eventually(
            lambda: {client.get(path).status_code for path in PATHS} == {200}
        )
    with Recorder.from_url(provoked.url) as recorder:
        recorded = recorder.record_run(TEST_ID, make_run("c1b2c3d4"))
    assert recorded is Recorded.NEW


OF_A_TEST = {
    "test": "/api/tests/wrong00",
    "results": "/api/tests/wrong00/results",
    "timing": "/api/tests/wrong00/timing",
    "incidents": "/api/tests/wrong00/incidents",
    "events": "/api/tests/wrong00/live?follow=false",
}
LISTS = ["/api/tests", "/api/summary", "/api/outages", "/metrics", "/feed.atom"]


@pytest.mark.parametrize("key", OF_A_TEST)
def test_a_wrong_type_is_502_for_what_is_read_from_it_and_for_nothing_else(
    api, redis_client, key
):
    for test_id in ("fine0000", "wrong00"):
        store_test(redis_client, test_id, last_run_at="2026-02-14T10:00:00Z")
        store_run(redis_client, test_id, make_run(test_id=test_id))
    redis_client.delete(f"{key}:wrong00")
    redis_client.set(f"{key}:wrong00", "text")
    statuses = {name: api.get(path).status_code for name, path in OF_A_TEST.items()}
    others = {path: api.get(path).status_code for path in LISTS}
    assert set(others.values()) == {200}, others
    assert statuses.pop(key) == 502
    assert set(statuses.values()) == {200}, statuses
    dashboard = api.get("/api/dashboard")
    assert dashboard.status_code == 200
    recent = {run["test_id"]: run for run in dashboard.json()["recent_runs"]}
    assert recent["fine0000"]["duration_ms"] == 12340
    assert api.get("/api/tests/fine0000/results").json()["total"] == 1


@pytest.mark.parametrize("key", ["results", "timing", "incidents"])
def test_the_recorder_writes_nothing_beside_a_wrong_type(redis_client, recorder, key):
    redis_client.set(f"{key}:{TEST_ID}", "text")
    with pytest.raises(Exception) as failure:
        recorder.record_run(TEST_ID, make_run(passed=False))
    assert type(failure.value).__name__ == ROWS["WRONGTYPE"][1]
    assert redis_client.keys("*") == [f"{key}:{TEST_ID}".encode()]


def test_waiting_clients_do_not_come_back_together(settings):
    with ScriptedServer(SCRIPTED["LOADING"]) as server:
        with reading(server.url, settings) as client:
            asked = [client.get("/api/dashboard")["Retry-After"] for _ in range(40)]
    assert set(asked) == {"1", "2", "3"}
