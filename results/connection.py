"""The one place where Redis clients are made, each with explicit limits.

redis-py's defaults (5 s a reply, 10 retries) write twice when a reply is late and
hold a request for a minute when the server hangs, so no client is left to them.
"""

from __future__ import annotations

import contextlib
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django_redis import get_redis_connection
from django_redis.client import DefaultClient
from django_redis.pool import ConnectionFactory
from redis import ConnectionPool, Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from results.bounded import BoundedParser
from results.keys import Keys
from results.repository import ResultRepository
from results.run_index.use import IndexUse
from results.topology.cluster import Nodes
from results.topology.cluster_client import ClusterClient
from results.topology.sentinel import async_master_pool, master_pool
from results.topology.urls import is_cluster, is_sentinel

ALIAS = "results"
CONNECT_SECONDS = 0.5
COMMAND_SECONDS = 1.0
BLOCK_SECONDS = 5.0
# Of one process: more than its threads use at once. One more is a 503.
MOST_CONNECTIONS = 96
# What an operator's command may take at once, a whole dump for example.
BULK_SECONDS = 60.0
# By URL: django-redis looks for its own at each request.
_clients: dict[str, Redis] = {}


def read_retry() -> Retry:
    """Once more when the connection was dead (a restarted server), never after a
    time-out: waiting again would spend the caller's budget twice."""
    return Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))


class DataConnectionFactory(ConnectionFactory):  # type: ignore[misc]  # untyped
    """django-redis' factory with our limits; bytes come back undecoded."""

    def make_connection_params(self, url: str) -> dict[str, Any]:
        params: dict[str, Any] = super().make_connection_params(url)
        return params | {
            "socket_timeout": COMMAND_SECONDS,
            "socket_connect_timeout": CONNECT_SECONDS,
            "retry": read_retry(),
            "decode_responses": False,
            "max_connections": MOST_CONNECTIONS,
            "parser_class": BoundedParser,
        }

    def connect(self, url: str) -> Redis:
        """A client; that of a Cluster has a pool for each node."""
        if is_cluster(url):
            return ClusterClient(repeats=True, **self.make_connection_params(url))
        client: Redis = super().connect(url)
        return client

    def get_connection_pool(self, params: dict[str, Any]) -> ConnectionPool:
        url = params["url"]
        if is_sentinel(url):
            return master_pool(**params)
        pool: ConnectionPool = super().get_connection_pool(params)
        return pool


class OneUrlClient(DefaultClient):  # type: ignore[misc]  # untyped
    """django-redis' client, for which a comma does not separate two servers: a URL
    may name several sentinels."""

    def __init__(self, server: str, params: dict[str, Any], backend: Any) -> None:
        super().__init__([server], params, backend)


def command_client() -> Redis:
    """The client for reads: one retry on a dead connection, none on a slow one.

    One for the process, over django-redis' pool: it is safe in threads and in forks.
    """
    url = data_url()
    if url in _clients:
        return _clients[url]
    if not url:
        raise ImproperlyConfigured(
            "REDIS_URL is not set and no store was started: set REDIS_URL, or start "
            "with `manage.py demo` or `manage.py runserver`, which bring a store along"
        )
    client: Redis = get_redis_connection(ALIAS)
    return _clients.setdefault(url, client)


def writer_client(url: str, command_seconds: float = COMMAND_SECONDS) -> Redis:
    """A client for writes: never a silent second try, which could write twice."""
    limits: dict[str, Any] = {
        "socket_timeout": command_seconds,
        "socket_connect_timeout": CONNECT_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
    if is_cluster(url):
        return ClusterClient(url, **limits)
    if is_sentinel(url):
        return Redis.from_pool(master_pool(url, **limits))
    return Redis.from_pool(ConnectionPool.from_url(url, **limits))


def stream_client(url: str) -> AsyncRedis:
    """A client for blocking reads: its reply may take a whole block and 3 s more."""
    limits: dict[str, Any] = {
        "socket_timeout": BLOCK_SECONDS + 3,
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_keepalive": True,
        "retry": AsyncRetry(NoBackoff(), 0),
    }
    if is_sentinel(url):
        return AsyncRedis.from_pool(async_master_pool(url, **limits))
    return AsyncRedis.from_url(url, **limits)


def cluster_nodes(url: str) -> Nodes:
    """The nodes of a Cluster, with the limits of reads that do not block."""
    return Nodes(
        url,
        socket_timeout=COMMAND_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_keepalive=True,
    )


def data_url() -> str:
    """Where the data is: REDIS_URL, or the store that a command brought along."""
    return str(_cache_settings()["LOCATION"])


def use_store(url: str) -> None:
    """Point the data connection at a store that this process started or joined.

    Before the first read: a client that a thread already holds keeps its server.
    """
    settings.REDIS_URL = url
    _clients.clear()
    _cache_settings()["LOCATION"] = url
    with contextlib.suppress(AttributeError):
        del caches[ALIAS]


def _cache_settings() -> dict[str, Any]:
    return cast(dict[str, Any], settings.CACHES[ALIAS])


@lru_cache(maxsize=1)
def index_use() -> IndexUse:
    """What this process knows of run indexes, for all its requests."""
    return IndexUse(settings.RUN_INDEX)


def data_repository() -> ResultRepository:
    """The repository over the data connection, as every request uses it."""
    return ResultRepository(command_client(), data_keys(), index_use())


def data_keys() -> Keys:
    """The names of this installation's keys."""
    return Keys(settings.REDIS_KEY_PREFIX, settings.REDIS_KEY_LAYOUT)
