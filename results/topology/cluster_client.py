"""A client of a Cluster that asks the right nodes: one trip to each of them.

What is asked together is of one moment a slot; what is asked last is read last, so
that secrets, asked last, are never older than what they have to be hidden in.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from redis import ConnectionPool, Redis
from redis.exceptions import AskError, ClusterDownError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from results.topology.bundles import Bundle, bundles_of, replies_of
from results.topology.command_keys import COUNTING, key_of, name_of, slot_of
from results.topology.node_map import NewPool, NodeMap
from results.topology.node_pipeline import NodePipeline
from results.topology.urls import Host
from results.trip import Command, Spread, exchange

# A slot may move while it is asked for, or several of them.
TRIES = 5
# So long until the keys of a slot that is moving may all be there.
MOVING_SECONDS = 0.05


class ClusterClient(Redis, Spread):
    """Like redis-py's client; `repeats` says whether to ask again, once, when a node
    was gone: for reads alone. Raises redis-py's errors. Safe in threads."""

    def __init__(
        self,
        url: str,
        new_pool: NewPool = ConnectionPool,
        repeats: bool = False,
        **limits: Any,
    ) -> None:
        # Never connected: it stands for this deployment, and encodes.
        super().__init__(connection_pool=ConnectionPool())
        self.nodes = NodeMap(url, new_pool, **limits)
        self._repeats = repeats

    def together(self, commands: Sequence[Command]) -> list[Any]:
        """One MULTI a slot; errors of single commands are replies."""
        bundles = bundles_of(commands, at_once=True)
        self._settle(bundles)
        return replies_of(bundles)

    def apart(self, commands: Sequence[Command]) -> list[Any]:
        """Each command for itself, those of one slot in their order."""
        bundles = bundles_of(commands, at_once=False)
        self._settle(bundles)
        return replies_of(bundles)

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """One command, at the node that has its key; any node where it has none."""
        if name_of(args) in COUNTING:
            replies = self.apart([args])
            if isinstance(replies[0], Exception):
                raise replies[0]
            return replies[0]
        asked_at: Host | None = None
        key = key_of(args)
        slot = slot_of(_encoded(key))
        for _ in range(TRIES):
            self.nodes.find()
            host = asked_at or self.nodes.host_of(slot)
            try:
                return self._executed(host, bool(asked_at), args, options)
            except AskError as told:
                asked_at = self.nodes.redirected(told, host)
            except (RedisConnectionError, RedisTimeoutError, ClusterDownError):
                self.nodes.forget(host)
                raise
        raise ClusterDownError("slots of the Cluster are moving all the time")

    def pipeline(self, transaction: bool = True, shard_hint: Any = None) -> Any:
        """With a transaction at the node of its keys; they have to share a slot."""
        return NodePipeline(self, transaction)

    def ping(self, **_options: Any) -> bool:
        """Return when every master answers."""
        return all([client.ping() for client in self.masters()])

    def scan_iter(self, *args: Any, **options: Any) -> Iterator[Any]:
        """The keys of all masters."""
        for client in self.masters():
            yield from client.scan_iter(*args, **options)

    def masters(self) -> list[Redis]:
        """A client for each master."""
        self.nodes.find()
        return [self.nodes.client(host) for host in self.nodes.masters()]

    def server_of(self, key: str) -> Redis:
        """The client of the master that has the key."""
        self.nodes.find()
        return self.nodes.client(self.nodes.host_of(slot_of(key)))

    def close(self) -> None:
        """Close all connections."""
        super().close()
        self.nodes.close()

    def _executed(
        self, host: Host, is_asked: bool, args: Any, options: dict[str, Any]
    ) -> Any:
        client: Any = self.nodes.client(host)
        if not is_asked:
            return client.execute_command(*args, **options)
        with client.pipeline(transaction=False) as pipe:
            pipe.execute_command("ASKING")
            pipe.execute_command(*args, **options)
            return pipe.execute()[1]

    def _settle(self, bundles: list[Bundle]) -> None:
        has_repeated = not self._repeats
        for _ in range(TRIES):
            waiting = [bundle for bundle in bundles if bundle.replies is None]
            if not waiting:
                return
            if any(bundle.must_wait for bundle in waiting):
                time.sleep(MOVING_SECONDS)
            self.nodes.find()
            try:
                self._go_round(waiting)
            except RedisConnectionError:
                if has_repeated:
                    raise
                has_repeated = True
        if any(bundle.replies is None for bundle in bundles):
            raise ClusterDownError("slots of the Cluster are moving all the time")

    def _go_round(self, bundles: list[Bundle]) -> None:
        """One trip to each node, until one knows better where to ask."""
        by_host: dict[Host, list[Bundle]] = {}
        for bundle in bundles:
            host = bundle.asked_at or self.nodes.host_of(bundle.slot)
            by_host.setdefault(host, []).append(bundle)
        for host in sorted(by_host, key=lambda host: by_host[host][-1].last_place):
            if not self._is_answered(host, by_host[host]):
                return

    def _is_answered(self, host: Host, bundles: list[Bundle]) -> bool:
        packed = [word for bundle in bundles for word in bundle.packed()]
        try:
            client = self.nodes.client(host)
            replies = iter(exchange(client, b"".join(packed), len(packed)))
            for bundle in bundles:
                told = bundle.take(replies)
                bundle.asked_at = self.nodes.redirected(told, host) if told else None
        except (RedisConnectionError, RedisTimeoutError, ClusterDownError):
            self.nodes.forget(host)
            raise
        return all(bundle.replies is not None for bundle in bundles)


def _encoded(key: Any) -> bytes:
    return key if isinstance(key, bytes) else str(key or "").encode()
