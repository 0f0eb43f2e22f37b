"""Where a store listens: a loopback port and a password of its own."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass, field

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

HOST = "127.0.0.1"
ANSWER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Address:
    """A port on loopback and the password that opens it."""

    port: int
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{HOST}:{self.port}/0"


def fresh_address() -> Address:
    """A port that was free a moment ago and a password nobody has seen."""
    return Address(free_port(), secrets.token_urlsafe(24))


def free_port() -> int:
    """A loopback port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server says about itself: its process id, and whether it serves yet."""

    pid: int
    loading: bool = False


def ask(url: str) -> Answer | None:
    """Who answers at `url` with its password; None when nobody does within a second."""
    client = Redis.from_url(
        url,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    with client:
        try:
            info = client.info()
        except (RedisError, OSError):
            return None
    # INFO is answered, unlike PING, while the append-only file is still being read.
    return Answer(int(info.get("process_id", 0)), bool(info.get("loading", 0)))
