"""Lua scripts that spare a trip, and the servers that refuse them."""

from __future__ import annotations

from pathlib import Path
from weakref import WeakSet

from redis import ConnectionPool, Redis

_refusing: WeakSet[ConnectionPool] = WeakSet()


def script(name: str) -> str:
    """The text of a script in this folder."""
    return Path(__file__).with_name(f"{name}.lua").read_text()


def may_run(client: Redis) -> bool:
    """Whether the server has not refused a script of this client before."""
    return client.connection_pool not in _refusing


def refused(client: Redis) -> None:
    """Ask this client's server for no script again."""
    _refusing.add(client.connection_pool)
