"""Where the slots of a Cluster are: found by redis-py, and a client for each node.

Commands go to ordinary clients of the nodes: a command of redis-py's `RedisCluster`
costs several times as much, and is tried ten times by its own rules.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, cast

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.connection import SSLConnection
from redis.exceptions import ClusterDownError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import MovedError, RedisClusterException
from redis.retry import Retry

from results.topology.urls import ClusterUrl, Host, options_of

# A node needs a second or more to be replaced, and requests come all the time.
LOOK_SECONDS = 0.25
# How long a request waits while another one looks for the nodes, the first time.
WAIT_SECONDS = 1.0

NewPool = Callable[..., ConnectionPool]


class NodeMap:
    """Shared by threads. Raises redis-py's errors."""

    def __init__(self, url: str, new_pool: NewPool, **limits: Any) -> None:
        """`new_pool` makes a node's pool; `limits` are those of its connections."""
        told = ClusterUrl.parse(url)
        self._startup = told.nodes
        self._options = options_of(told.node_url) | limits
        self._new_pool = new_pool
        self._clients: dict[Host, Redis] = {}
        self._found: RedisCluster | None = None
        self._failed: Host | None = None
        self._is_old = False
        self._next = 0.0
        self._looking = threading.Lock()

    def find(self) -> None:
        """Look for the nodes, unless it is known where they are, or somebody looks."""
        if self._found and not (self._is_old and time.monotonic() >= self._next):
            return
        wait = -1.0 if self._found is None else 0.0
        if not self._looking.acquire(bool(wait), WAIT_SECONDS if wait else -1):
            if self._found:
                return
            raise RedisConnectionError("the nodes of the Cluster are not known yet")
        try:
            self._look()
        finally:
            self._looking.release()

    def forget(self, host: Host) -> None:
        """Let whoever asks next look for the nodes: this one did not answer."""
        self._failed, self._is_old = host, True

    def host_of(self, slot: int) -> Host:
        """The master that has the slot; to be asked after `find`."""
        nodes = self._manager().slots_cache.get(slot)
        if not nodes:
            self._is_old = True
            raise ClusterDownError(f"no node has the slot {slot}")
        return nodes[0].host, int(nodes[0].port)

    def masters(self) -> list[Host]:
        """All masters, in order."""
        found = cast(Any, self._found).get_primaries()
        return sorted((node.host, int(node.port)) for node in found)

    def redirected(self, told: Any, by: Host) -> Host | None:
        """Where a node sent us for this once; None when the slot has moved there."""
        # A node that does not know its own name leaves the host out.
        told.host = told.host or by[0]
        if not isinstance(told, MovedError):
            return told.host, int(told.port)
        self._manager().move_slot(told)
        # Others may have moved with it.
        self._is_old = True
        return None

    def client(self, host: Host) -> Redis:
        """The client of a node."""
        if host not in self._clients:
            pool = self._new_pool(host=host[0], port=host[1], **self._options)
            # Of two threads the first one's counts.
            self._clients.setdefault(host, Redis(connection_pool=pool))
        return self._clients[host]

    def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            client.connection_pool.disconnect()
        if self._found:
            self._found.close()

    def _manager(self) -> Any:
        return cast(Any, self._found).nodes_manager

    def _nodes(self) -> list[Any]:
        found: list[Any] = cast(Any, self._found).get_nodes()
        return found

    def _look(self) -> None:
        if time.monotonic() < self._next:
            if self._found is None:
                raise RedisConnectionError("no node of the Cluster answered")
            return
        self._next = time.monotonic() + LOOK_SECONDS
        failed = f"{self._failed[0]}:{self._failed[1]}" if self._failed else None
        try:
            if self._found is None:
                self._found = self._first_look()
            else:
                self._manager().initialize(last_failed_node_name=failed)
        except (RedisClusterException, IndexError) as failure:
            # redis-py's own words are a page, with every node's.
            raise RedisConnectionError("no node of the Cluster answered") from failure
        self._is_old, self._failed = False, None
        known = {(node.host, int(node.port)) for node in self._nodes()}
        for host in set(self._clients) - known:
            self._clients.pop(host).connection_pool.disconnect()

    def _first_look(self) -> RedisCluster:
        options: dict[str, Any] = dict(self._options)
        options["retry"] = Retry(NoBackoff(), 0)
        is_tls = options.pop("connection_class", None) is SSLConnection
        return RedisCluster(
            startup_nodes=[cast(Any, ClusterNode)(*host) for host in self._startup],
            # A dead node must not keep us from reading the others.
            require_full_coverage=False,
            ssl=is_tls,
            **options,
        )
