"""Whether a URL that names one server names a node of a Cluster: refused by name."""

from __future__ import annotations

from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from results.topology.urls import is_cluster, is_sentinel

REFUSAL = (
    "REDIS_URL names one node of a Redis Cluster, and a plain client reads only what "
    "that one has: write redis+cluster://host:port,host:port (in TLS rediss+cluster://)"
)


def is_one_of_a_cluster(client: Redis, url: str) -> bool:
    """False too while nobody answers: then it is not known."""
    if is_cluster(url) or is_sentinel(url):
        return False
    try:
        found: Any = client.info("cluster")
    except RedisError:
        return False
    return bool(found.get("cluster_enabled"))
