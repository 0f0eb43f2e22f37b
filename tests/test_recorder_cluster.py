"""In a cluster the keys of a test lie on several servers: recorded in ordered steps."""

import pytest
from redis import Redis
from redis.cluster import RedisCluster

from results.recorder import Recorded, Recorder, RunConflict
from results.recorder.steps import record_in_steps
from tests.cluster import start_cluster
from tests.factories import TEST_ID, make_run
from tests.recording import run_at, stored_ids


@pytest.fixture(scope="module")
def cluster_url(tmp_path_factory):
    server = start_cluster(tmp_path_factory.mktemp("cluster"))
    yield server.url
    server.stop()


@pytest.fixture
def node(cluster_url):
    with Redis.from_url(cluster_url) as client:
        client.flushall()
        yield client


@pytest.fixture
def cluster(node, cluster_url):
    with RedisCluster.from_url(cluster_url) as client:
        yield client


def test_the_whole_write_half_works_in_a_cluster(cluster, node):
    recorder = Recorder(cluster, keep_runs=2, keep_incidents=1, keep_events=10)
    runs = [run_at(minute, f"run-{minute}", passed=False) for minute in range(3)]
    assert recorder.record_runs(TEST_ID, runs) == 3
    assert recorder.record_run(TEST_ID, runs[2]) is Recorded.REPEAT
    with pytest.raises(RunConflict):
        recorder.record_run(TEST_ID, runs[2] | {"details": "Something else."})
    kept = ["run-1", "run-2"]
    assert stored_ids(node) == (kept, kept, set(kept))
    assert node.llen(f"incidents:{TEST_ID}") == 1
    recorder.save_test(TEST_ID, alert_webhook="https://hooks.example.com/secret")
    recorder.log_event(TEST_ID, "error", "Broken.")
    assert node.hget(f"test:{TEST_ID}", "last_result") == b"failed"
    assert node.smembers("tests:all") == {TEST_ID.encode()}
    assert node.xlen(f"events:{TEST_ID}") == 1


def test_a_plain_client_finds_out_that_it_talks_to_a_cluster(node):
    recorder = Recorder(node)
    assert recorder.record_run(TEST_ID, make_run(passed=False)) is Recorded.NEW
    assert recorder._ways.way is record_in_steps
    assert recorder.record_runs(TEST_ID, [make_run(passed=False)]) == 0
    assert stored_ids(node) == (["a1b2c3d4"], ["a1b2c3d4"], {"a1b2c3d4"})


def test_many_runs_find_it_out_as_well(node):
    runs = [run_at(minute, f"run-{minute}") for minute in range(3)]
    assert Recorder(node).record_runs(TEST_ID, runs) == 3
