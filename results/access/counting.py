"""Requests counted in Redis, for all processes together; nothing that clients sent
gets into a key's name."""

from __future__ import annotations

import hashlib
import logging
import time
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from results.access.rate import Rate
from results.connection import data_url, writer_client
from results.keys import Keys

logger = logging.getLogger(__name__)

COMMAND_SECONDS = 0.25
# A store that failed is left alone for so long: who asks must not wait for it.
PAUSE_SECONDS = 1.0


@dataclass(slots=True)
class Counting:
    """Counts by name. Without its store nobody is held up, and the log says so once,
    and once more when it counts again."""

    client: Redis
    keys: Keys
    rate: Rate
    _asleep_until: float = field(default=0.0, init=False)
    _is_failing: bool = field(default=False, init=False)

    def wait_seconds(self, name: str, now: float) -> int | None:
        """One more request by this name; how long to wait if it is one too many."""
        if self._is_failing and time.monotonic() < self._asleep_until:
            return None
        try:
            before, here = self._count(name, now)
        except RedisError as failure:
            self._fails(failure)
            return None
        self._works()
        is_too_many = self.rate.asked(before, here, now) > self.rate.requests
        return self.rate.wait_seconds(now) if is_too_many else None

    def _count(self, name: str, now: float) -> tuple[int, int]:
        who = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=12)
        window = self.rate.window_of(now)
        before, here = (
            self.keys.asked(who.hexdigest(), number) for number in (window - 1, window)
        )
        with self.client.pipeline(transaction=False) as pipe:
            pipe.get(before)
            pipe.incr(here)
            pipe.expire(here, 2 * self.rate.seconds)
            earlier, count, _ = pipe.execute()
        return int(earlier or 0), int(count)

    def _fails(self, failure: RedisError) -> None:
        self._asleep_until = time.monotonic() + PAUSE_SECONDS
        if not self._is_failing:
            self._is_failing = True
            logger.warning(
                "requests are not counted, THROTTLE_RATE is not enforced: the store "
                "does not take it (%s)",
                type(failure).__name__,
            )

    def _works(self) -> None:
        if self._is_failing:
            self._is_failing = False
            logger.warning("requests are counted again, THROTTLE_RATE is enforced")


def counting() -> Counting:
    """The process' own, over the data connection's server."""
    return _counting(data_url(), settings.REDIS_KEY_PREFIX, settings.THROTTLE_RATE)


@lru_cache(maxsize=4)
def _counting(url: str, prefix: str, rate: str) -> Counting:
    client = writer_client(url, COMMAND_SECONDS)
    return Counting(client, Keys(prefix), Rate.parse(rate))
