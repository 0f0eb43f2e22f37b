"""Keys with the id as a hash tag: one slot a test, written and read everywhere."""

import pytest
from rest_framework.test import APIClient

from results.connection import ALIAS, use_store, writer_client
from results.keys import Keys
from results.recorder import Recorded, Recorder, RunConflict
from results.recorder.script import record_by_script
from tests.factories import NOW_SCORE, TEST_ID, make_run
from tests.recording import run_at

KEYS = Keys("eu:", "tagged")


@pytest.fixture(params=["server", "cluster"])
def url(request):
    """An empty server, or an empty Cluster."""
    if request.param == "server":
        request.getfixturevalue("redis_client")
        return request.getfixturevalue("server_url")
    request.getfixturevalue("cluster_store")
    return request.getfixturevalue("six_nodes").url


@pytest.fixture
def recorder(url):
    with Recorder.from_url(url, "eu:", "tagged", keep_runs=3) as found:
        yield found


@pytest.fixture
def reading(url, settings, monkeypatch):
    # The one of another test's streams knows other names.
    monkeypatch.setattr("results.live.hub._hubs", {})
    before = settings.CACHES[ALIAS]["LOCATION"]
    settings.REDIS_KEY_PREFIX, settings.REDIS_KEY_LAYOUT = KEYS.prefix, KEYS.layout
    use_store(url)
    yield APIClient(raise_request_exception=False)
    use_store(before)


def test_a_run_is_one_script_with_its_index(recorder):
    runs = [run_at(n, f"run-{n}", passed=False) for n in range(4)]
    assert recorder.record_run(TEST_ID, runs[0]) is Recorded.NEW
    assert recorder._ways.way is record_by_script
    assert recorder.record_run(TEST_ID, runs[0]) is Recorded.REPEAT
    with pytest.raises(RunConflict):
        recorder.record_run(TEST_ID, runs[0] | {"details": "Something else."})
    assert recorder.record_runs(TEST_ID, runs) == 3
    names = KEYS.index(TEST_ID)
    assert recorder.client.zcard(names.failed) == 3
    assert recorder.client.zcard(KEYS.results(TEST_ID)) == 3
    assert recorder.client.llen(KEYS.incidents(TEST_ID)) == 4


def test_redis_pys_own_client_records_so_too(six_nodes, cluster_store):
    recorder = Recorder(cluster_store, KEYS)
    assert recorder.record_runs(TEST_ID, [run_at(0, "a"), run_at(1, "b")]) == 2
    assert recorder._ways.way is record_by_script
    assert cluster_store.zcard(KEYS.results(TEST_ID)) == 2


def test_what_is_recorded_is_read(recorder, reading, settings):
    recorder.save_test(TEST_ID, name="Checkout", schedule="* * * * *")
    recorder.record_run(TEST_ID, make_run(score=NOW_SCORE))
    recorder.log_event(TEST_ID, "step_start", "Begun.")
    page = reading.get(f"/api/tests/{TEST_ID}/results").json()
    assert [run["run_id"] for run in page["results"]] == ["a1b2c3d4"]
    assert reading.get(f"/api/tests/{TEST_ID}/results/a1b2c3d4").status_code == 200
    told = reading.get("/api/dashboard").json()
    assert (told["total_tests"], told["running"]) == (1, 1)
    summary = reading.get("/api/summary").json()
    assert [row["name"] for row in summary["tests"]] == ["Checkout"]
    live = reading.get(f"/api/tests/{TEST_ID}/live?follow=false")
    assert b"Begun." in b"".join(live.streaming_content)


def test_commands_find_every_test(recorder, url):
    from results.run_index.checking import check_index, ids_with_results
    from results.timing_migration import ids_with_timing

    recorder.record_run(TEST_ID, make_run())
    with writer_client(url) as client:
        assert ids_with_results(client, KEYS) == [TEST_ID]
        assert ids_with_timing(client, KEYS) == [TEST_ID]
        assert check_index(client, KEYS, TEST_ID).state == "complete"
