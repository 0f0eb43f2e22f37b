"""The nodes of a Cluster: a client for each, and which of them has which slot.

redis-py's `RedisCluster` finds the nodes; commands go to ordinary clients of theirs,
because its transactions start a thread for every command, and its pipeline asks the
server where the keys of each XREAD are.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any, cast

from redis.asyncio import Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.connection import SSLConnection
from redis.crc import key_slot
from redis.exceptions import (
    AskError,
    ClusterDownError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import MovedError, RedisClusterException, SlotNotCoveredError

from results.topology.urls import ClusterUrl, Host, options_of

# The nodes need a second or more to replace one, and others wait for their streams.
LOOK_SECONDS = 0.25


class Nodes:
    """Belongs to one event loop. Raises redis-py's errors and `OSError`."""

    def __init__(self, url: str, **limits: Any) -> None:
        """`limits` are those of the connections."""
        told = ClusterUrl.parse(url)
        self._hosts: set[Host] = set(told.nodes)
        self._options = options_of(told.node_url) | limits
        self._options["retry"] = Retry(NoBackoff(), 0)
        self._is_tls = self._options.pop("connection_class", None) is SSLConnection
        self._clients: dict[Host, Redis] = {}
        self._found: RedisCluster | None = None
        self._is_old = False
        self._next = 0.0
        self._moved: dict[int, Host] = {}
        self._finding = asyncio.Lock()

    async def find(self) -> None:
        """Look for the nodes, unless it is known where they are. Where one does not
        answer, not all the time: the others are asked where they were."""
        async with self._finding:
            if self._found and not (self._is_old and time.monotonic() > self._next):
                return
            self._next = time.monotonic() + LOOK_SECONDS
            self._found = await self._look()
            self._is_old = False
            self._moved.clear()
            await self._close_all_but(self._hosts)

    def forget(self) -> None:
        """Let whoever asks next look for the nodes: one of them did not answer."""
        self._is_old = True

    def host_of(self, key: str | bytes) -> Host:
        """The node that has the key; to be asked after `find`."""
        name = key if isinstance(key, bytes) else key.encode()
        if moved := self._moved.get(cast(Any, key_slot)(name)):
            return moved
        try:
            node = self._found and self._found.get_node_from_key(cast(str, name))
        except SlotNotCoveredError as failure:
            raise ClusterDownError(str(failure)) from failure
        if not node:
            raise RedisConnectionError("the nodes of the Cluster are not known")
        return node.host, int(node.port)

    def redirected(self, told: AskError, by: Host) -> Host:
        """Where a node sent us; for good, if the slot has moved."""
        # A node that does not know its own name leaves the host out.
        host = (told.host or by[0], int(told.port))
        if isinstance(told, MovedError):
            self._moved[told.slot_id] = host
        return host

    def client(self, host: Host) -> Redis:
        """The client of a node."""
        if host not in self._clients:
            options = cast(dict[str, Any], self._options | {"ssl": self._is_tls})
            self._clients[host] = Redis(host=host[0], port=host[1], **options)
        return self._clients[host]

    async def close(self) -> None:
        """Give all connections back."""
        await self._close_all_but(())

    async def _look(self) -> RedisCluster:
        options = cast(dict[str, Any], self._options | {"ssl": self._is_tls})
        cluster = RedisCluster(
            startup_nodes=[ClusterNode(*host) for host in self._hosts],
            # A dead node must not keep us from reading the others.
            require_full_coverage=False,
            **options,
        )
        try:
            await cluster.initialize()
        except RedisClusterException as failure:
            raise RedisConnectionError(str(failure)) from failure
        finally:
            await cluster.aclose()
        self._hosts |= {(node.host, int(node.port)) for node in cluster.get_nodes()}
        return cluster

    async def _close_all_but(self, hosts: Iterable[Host]) -> None:
        for host in set(self._clients) - set(hosts):
            await self._clients.pop(host).aclose()
