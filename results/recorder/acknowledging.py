"""When a write counts as done: when the server has it, its disk, or its replicas too.

What is confirmed is everything that the server wrote before: a key of our own is
written, and the server asked how far its disk or its replicas are behind that. So a
write whose confirmation failed is confirmed by the next try, which changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, NoReturn, cast

from redis import Redis
from redis.cluster import RedisCluster
from redis.exceptions import NoPermissionError, ResponseError

from results.keys import Keys
from results.trip import Spread

FAST, DURABLE, REPLICATED = LEVELS = ("fast", "durable", "replicated")
WAIT_SECONDS = 3.0
# A little under the second that lies between two syncs.
SYNC_SECONDS = 0.9


class NotConfirmed(Exception):
    """Written, but disk or replicas were not heard of in time: write it again."""


class LevelRefused(ValueError):
    """The server cannot keep what the level promises, or may not be asked."""


class Acknowledging:
    """What a recorder's `level` asks for. `replicas` have to have a write at level
    `replicated`; whoever confirms waits for `wait_seconds` at most, for each server."""

    def __init__(
        self,
        client: Redis,
        keys: Keys,
        level: str = FAST,
        replicas: int = 1,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        if level not in LEVELS:
            raise ValueError(f"level must be one of {', '.join(LEVELS)}")
        if type(replicas) is not int or replicas < 1:
            raise ValueError("replicas must be a whole number of 1 or more")
        self._client = client
        self._keys = keys
        self._level = level
        self._replicas = replicas
        self._wait_ms = int(wait_seconds * 1000)
        # Where every reply comes after the disk has the write, nobody needs to ask.
        self._asks = level != FAST
        if level != FAST:
            self._check_patience(wait_seconds)
            for server in _masters(client):
                self._check(server)

    def confirm(self, keys: Iterable[str]) -> None:
        """Return when what was written to these keys is as safe as the level says.

        Raises `NotConfirmed`, and redis-py's errors.
        """
        if not self._asks:
            return
        for server, key in _servers(self._client, keys):
            with server.pipeline(transaction=False) as pipe:
                # One connection: the server answers for what it wrote on it.
                pipe.set(self._keys.confirmed(key), b"1")
                cast(Any, pipe).execute_command(*self._question)
                _, reply = pipe.execute()
            self._judge(reply)

    @property
    def _question(self) -> tuple[str | int, ...]:
        if self._level == DURABLE:
            return ("WAITAOF", 1, 0, self._wait_ms)
        return ("WAIT", self._replicas, self._wait_ms)

    def _judge(self, reply: Any) -> None:
        if self._level == DURABLE and int(reply[0]) < 1:
            raise NotConfirmed("written, but not known to be on disk")
        if self._level == REPLICATED and int(reply) < self._replicas:
            raise NotConfirmed(
                f"written, but {int(reply)} of {self._replicas} replicas have it"
            )

    def _check_patience(self, wait_seconds: float) -> None:
        pool: Any = self._client.connection_pool if _is_single(self._client) else None
        limit = pool and pool.connection_kwargs.get("socket_timeout")
        if limit and limit <= wait_seconds:
            raise ValueError(
                "the client's socket_timeout must be longer than wait_seconds"
            )

    def _check(self, server: Redis) -> None:
        if self._level == REPLICATED:
            self._check_replicas(server)
        elif _syncs_always(server):
            self._asks = False
        else:
            self._check_word(server)

    def _check_word(self, server: Redis) -> None:
        """Whether WAITAOF waits for the disk: takes up to three seconds if it does."""
        key, ended = self._keys.confirmed(self._keys.all_tests), []
        try:
            for _ in range(3):
                with server.pipeline(transaction=False) as pipe:
                    pipe.set(key, b"1")
                    cast(Any, pipe).execute_command(*self._question)
                    self._judge(pipe.execute()[1])
                ended.append(time.monotonic())
        except NotConfirmed as refusal:
            raise LevelRefused(f"level durable: {refusal}") from refusal
        except ResponseError as refusal:
            _refuse(refusal)
        if ended[2] - ended[0] < SYNC_SECONDS:
            raise LevelRefused(
                "level durable: WAITAOF answers before the disk can have been synced; "
                "set appendfsync always, and let this user ask for it by CONFIG GET"
            )

    def _check_replicas(self, server: Redis) -> None:
        try:
            found: Any = cast(Any, server).execute_command(
                "WAIT", self._replicas, self._wait_ms
            )
        except ResponseError as refusal:
            raise LevelRefused(
                f"level replicated: WAIT is refused ({type(refusal).__name__})"
            ) from refusal
        if int(found) < self._replicas:
            raise LevelRefused(
                f"level replicated: {int(found)} of {self._replicas} replicas follow"
            )


def _syncs_always(server: Redis) -> bool:
    """Whether every reply comes after the disk has the write, as far as it tells."""
    try:
        found: Any = server.config_get("append*")
    except ResponseError as refusal:
        if not _is_refused(refusal):
            raise
        return False
    told = {_text(name): _text(value) for name, value in found.items()}
    if told.get("appendonly") != "yes":
        raise LevelRefused(
            "level durable: the server keeps no append-only file (appendonly no)"
        )
    return told.get("appendfsync") == "always"


def _refuse(refusal: ResponseError) -> NoReturn:
    if "appendonly" in str(refusal):
        raise LevelRefused(
            "level durable: the server keeps no append-only file (appendonly no)"
        ) from refusal
    if not _is_refused(refusal):
        raise refusal
    raise LevelRefused(
        "level durable: the server does not say by CONFIG GET that it is set to "
        "appendfsync always, and neither knows or allows WAITAOF"
    ) from refusal


def _is_refused(refusal: ResponseError) -> bool:
    return isinstance(refusal, NoPermissionError) or "unknown command" in str(refusal)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _is_single(client: Any) -> bool:
    return not isinstance(client, Spread | RedisCluster)


def _masters(client: Any) -> list[Redis]:
    if isinstance(client, RedisCluster):
        nodes: list[Any] = client.get_primaries()  # type: ignore[no-untyped-call]
        return [client.get_redis_connection(node) for node in nodes]
    return client.masters() if isinstance(client, Spread) else [client]


def _servers(client: Any, keys: Iterable[str]) -> list[tuple[Redis, str]]:
    """Each server that has one of the keys, with one that it has."""
    if _is_single(client):
        return [(client, next(iter(keys)))]
    found: dict[Redis, str] = {}
    for key in keys:
        found.setdefault(_server_of(client, key), key)
    return list(found.items())


def _server_of(client: Any, key: str) -> Redis:
    if isinstance(client, RedisCluster):
        cluster: Any = client
        node = cluster.get_node_from_key(key)
        return client.get_redis_connection(node)
    server: Redis = client.server_of(key)
    return server
