"""Servers that take no index, for real: a replica, and one that is full."""

import time

import pytest
from redis import Redis

from results.domain import Window
from results.embedded import start_server
from results.keys import Keys
from results.repository import ResultRepository
from results.run_index.use import IndexUse
from tests.factories import NOW, TEST_ID, ago, make_run, store_runs, store_test

NAMES = Keys().index(TEST_ID)
MONTH = Window.trailing(720, NOW)


def fill(client):
    store_test(client)
    runs = [(make_run(f"r{n}", n % 4 > 0), ago(hours=n)) for n in range(20)]
    store_runs(client, TEST_ID, runs)


def answers(client, index):
    repository = ResultRepository(client, index=index)
    window = repository.window_runs(TEST_ID, MONTH)
    page = repository.runs(TEST_ID).page(0, 5)
    return window, repository.run(TEST_ID, "r7").fields, [r.fields for r in page.items]


@pytest.fixture
def replica(redis_client, server_url, tmp_path):
    """A second server that follows the first one, with all that is in it."""
    fill(redis_client)
    server = start_server(tmp_path / "replica", persist=False)
    primary = redis_client.connection_pool.connection_kwargs
    with Redis.from_url(server.url) as client:
        client.config_set("masterauth", primary["password"])
        client.replicaof(primary["host"], primary["port"])
        deadline = time.monotonic() + 60
        while client.info("replication")["master_link_status"] != "up":
            assert time.monotonic() < deadline, "the replica does not get in touch"
            time.sleep(0.02)
        yield client
    server.stop()


def test_a_replica_answers_from_the_records_until_the_index_arrives(
    redis_client, replica
):
    wanted = answers(redis_client, IndexUse("off"))
    index = IndexUse()
    assert answers(replica, index) == wanted
    assert not index.is_usable and not replica.exists(NAMES.head)
    answers(redis_client, IndexUse())
    deadline = time.monotonic() + 60
    while not replica.exists(NAMES.head):
        assert time.monotonic() < deadline, "the index does not arrive"
        time.sleep(0.02)
    assert answers(replica, IndexUse("on")) == wanted


def test_a_full_server_answers_from_the_records(redis_client):
    fill(redis_client)
    wanted = answers(redis_client, IndexUse("off"))
    redis_client.config_set("maxmemory", 1)
    try:
        index = IndexUse()
        assert answers(redis_client, index) == wanted
        assert not index.is_usable
    finally:
        redis_client.config_set("maxmemory", 0)
    assert not redis_client.exists(NAMES.head)
    assert answers(redis_client, IndexUse("on")) == wanted
