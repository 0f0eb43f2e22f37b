"""Replies read within what is left of a request's patience, for redis-py."""

from __future__ import annotations

from typing import Any

from redis._parsers.hiredis import _HiredisParser
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.utils import SENTINEL

from results import patience


class BoundedParser(_HiredisParser):
    """redis-py's parser: its reads end when the request's time does."""

    def read_from_socket(
        self, timeout: Any = SENTINEL, raise_on_timeout: bool = True
    ) -> bool:
        left = patience.remaining()
        if left > (self._socket_timeout or 0) or timeout is not SENTINEL:
            return self._read(timeout, raise_on_timeout)
        if left <= 0:
            raise RedisTimeoutError("the request has waited long enough")
        return self._read(left, raise_on_timeout)

    def _read(self, timeout: Any, raise_on_timeout: bool) -> bool:
        read: Any = super().read_from_socket
        return bool(read(timeout, raise_on_timeout))
