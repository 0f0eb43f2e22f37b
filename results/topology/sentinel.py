"""Connections to the master that the sentinels name, also after a failover.

redis-py asks the sentinels when it connects, and never again while a connection lives:
a master that was replaced while it could not be reached would be read for ever. So
these pools ask again every 5 s, and let go of the connections to any other server.
"""

from __future__ import annotations

import copy
import logging
import time
from typing import Any, cast

from redis.asyncio import sentinel as asynchronous
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.connection import SSLConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry
from redis.sentinel import MasterNotFoundError, Sentinel, SentinelConnectionPool

from results.topology.urls import SentinelUrl, options_of

logger = logging.getLogger(__name__)

# All sentinels may hang: each is asked for so long, and a request asks them all twice.
SENTINEL_SECONDS = 0.3
LOOK_SECONDS = 5.0


class Sentinels(Sentinel):
    """Shared by threads: redis-py reorders its list while it reads it, and two who do
    so at once lose a sentinel."""

    def discover_master(self, service_name: str) -> tuple[str, int]:
        """Address of the master; redis-py's `MasterNotFoundError` where none knows."""
        asked = copy.copy(self)
        asked.sentinels = list(self.sentinels)
        discover: Any = Sentinel.discover_master
        try:
            found: tuple[str, int] = discover(asked, service_name)
        except MasterNotFoundError:
            raise _unknown(self.sentinels, service_name) from None
        self.sentinels = asked.sentinels
        return found


class AsyncSentinels(asynchronous.Sentinel):
    """The same for tasks."""

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        asked = copy.copy(self)
        asked.sentinels = list(self.sentinels)
        discover: Any = asynchronous.Sentinel.discover_master
        try:
            found: tuple[str, int] = await discover(asked, service_name)
        except asynchronous.MasterNotFoundError:
            raise _unknown(self.sentinels, service_name) from None
        self.sentinels = asked.sentinels
        return found


class MasterPool(SentinelConnectionPool):
    """A pool whose connections all lead to the present master."""

    _next_look = 0.0

    def get_connection(self, *_command: Any, **_options: Any) -> Any:
        """A connection to the master. Raises redis-py's errors."""
        if self.master_address and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_SECONDS
            try:
                cast(Any, self).get_master_address()
            except RedisError as failure:
                _say_unknown(failure)
        return super().get_connection()


class AsyncMasterPool(asynchronous.SentinelConnectionPool):
    """The same for an event loop; closes the connections to its sentinels, too."""

    _next_look = 0.0

    async def get_connection(self, *_command: Any, **_options: Any) -> Any:
        """A connection to the master. Raises redis-py's errors."""
        if self.master_address and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_SECONDS
            try:
                await cast(Any, self).get_master_address()
            except RedisError as failure:
                _say_unknown(failure)
        return await super().get_connection()  # type: ignore[no-untyped-call]

    async def aclose(self) -> None:
        """Close all connections."""
        await super().aclose()
        await self.sentinel_manager.aclose()


def master_pool(url: str, **limits: Any) -> MasterPool:
    """A pool for a sentinel URL; `limits` are those of connections to the master."""
    told = SentinelUrl.parse(url)
    server, asked = _options(told, limits)
    asked["retry"] = Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))
    sentinels = cast(Any, Sentinels)(told.sentinels, sentinel_kwargs=asked)
    pool: MasterPool = cast(Any, MasterPool)(told.service, sentinels, **server)
    return pool


def async_master_pool(url: str, **limits: Any) -> AsyncMasterPool:
    """The same for an event loop."""
    told = SentinelUrl.parse(url)
    server, asked = _options(told, limits)
    once_more: Any = (RedisConnectionError,)
    asked["retry"] = AsyncRetry(NoBackoff(), 1, supported_errors=once_more)
    sentinels = cast(Any, AsyncSentinels)(told.sentinels, sentinel_kwargs=asked)
    pool: AsyncMasterPool = cast(Any, AsyncMasterPool)(
        told.service, sentinels, **server
    )
    return pool


def _options(
    told: SentinelUrl, limits: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """For the connections to the master, and for those to the sentinels."""
    server = options_of(told.server_url) | limits
    ssl = server.pop("connection_class", None) is SSLConnection
    tls = {name: value for name, value in server.items() if name.startswith("ssl_")}
    asked: dict[str, Any] = {
        "socket_timeout": SENTINEL_SECONDS,
        "socket_connect_timeout": SENTINEL_SECONDS,
    }
    return server | {"ssl": ssl}, asked | told.login | tls | {"ssl": ssl}


def _unknown(sentinels: list[Any], service: str) -> MasterNotFoundError:
    """Said shortly: redis-py's own words are a page, with every option of each."""
    return MasterNotFoundError(
        f"none of {len(sentinels)} sentinels says where the master of {service} is"
    )


def _say_unknown(failure: RedisError) -> None:
    """Its connections may be as good as ever; if not, they say so themselves."""
    logger.warning("staying with the server that was the master: %s", failure)
