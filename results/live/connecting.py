"""How the live feed asks and reads where the data is: one server, or a Cluster."""

from __future__ import annotations

from results.connection import cluster_nodes, data_url, stream_client
from results.keys import Keys
from results.live.asking import Asking
from results.live.cluster.asking import ClusterAsking
from results.live.cluster.reader import PollingReader
from results.live.reader import ENTRIES_A_STREAM, BlockingReader, Reader
from results.topology.urls import is_cluster


def new_asking(keys: Keys) -> Asking:
    """The connections that never block, for whoever closes them."""
    url = data_url()
    if is_cluster(url):
        return ClusterAsking(cluster_nodes(url), keys)
    return Asking(stream_client(url), keys)


def new_reader(asking: Asking, entries: int = ENTRIES_A_STREAM) -> Reader:
    """Waits for entries of many streams, so many of each, for whoever closes it."""
    if isinstance(asking, ClusterAsking):
        return PollingReader(asking, entries)
    return BlockingReader(stream_client(data_url()), asking, entries)
