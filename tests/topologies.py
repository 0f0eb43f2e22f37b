"""A pytest plugin: stores of several servers, which live as long as the suite."""

from __future__ import annotations

import pytest


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
