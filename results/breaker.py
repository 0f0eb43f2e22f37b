"""A store that does not answer is not asked again by every request.

After some failures in a row, with no success between them, requests are refused at
once. Meanwhile a thread asks once a second, so that no request waits for the answer,
and the first reply of any kind lets all requests through again.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, cast

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import MaxConnectionsError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

logger = logging.getLogger(__name__)

FAILURES = 3
# Between the starts of two probes: so that a store that is back is seen in a second.
PROBE_SECONDS = 0.8
# Without anybody who asks, the probing ends; the next request finds out by itself.
IDLE_SECONDS = 30.0
AWAY = (RedisConnectionError, RedisTimeoutError)


class StoreIsAway(RedisConnectionError):
    """Not asked: others found out a moment ago."""


class Breaker:
    """Of one pool of connections, in all threads of a process.

    `is_open` and `failures` may be read without a lock: who reads the former value
    asks the store once too often, or once too seldom.
    """

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._prober: threading.Thread | None = None
        self._asked_at = 0.0
        self.is_open = False
        self.failures = 0

    def refuse(self) -> None:
        """Raise `StoreIsAway`."""
        self._asked_at = time.monotonic()
        if self._prober is None or not self._prober.is_alive():
            # A fork has the state and not the thread.
            self._probe_on()
        raise StoreIsAway("the store does not answer")

    def failed(self, failure: Exception) -> None:
        """A connection could not be made, or was lost, or was silent for too long."""
        if isinstance(failure, MaxConnectionsError):
            return
        self.failures += 1
        if self.failures >= FAILURES and not self.is_open:
            self.is_open = True
            self._asked_at = time.monotonic()
            logger.warning(
                "the store does not answer (%s): requests are refused until it does",
                type(failure).__name__,
            )
            self._probe_on()

    def succeeded(self) -> None:
        """The store answered; only worth saying where something had failed."""
        self.failures = 0

    def _probe_on(self) -> None:
        with self._lock:
            if self.is_open and not (self._prober and self._prober.is_alive()):
                self._prober = threading.Thread(target=self._probe, daemon=True)
                self._prober.start()

    def _probe(self) -> None:
        began = time.monotonic()
        while not self._answers():
            if time.monotonic() - self._asked_at > IDLE_SECONDS:
                self._close(FAILURES - 1)
                return
        logger.warning("the store answers again, %.1f s later", _since(began))
        self._close(0)

    def _answers(self) -> bool:
        """Whether it did after a pause."""
        started = time.monotonic()
        try:
            _ping(self._pool)
        except MaxConnectionsError:
            return True
        except (*AWAY, OSError):
            time.sleep(max(0.0, PROBE_SECONDS - _since(started)))
            return False
        except Exception:
            # Whatever it is, a request tells more of it.
            logger.debug("a probe failed", exc_info=True)
        return True

    def _close(self, failures: int) -> None:
        self.failures = failures
        self.is_open = False


def breaker_of(pool: Any) -> Breaker:
    """The pool's own."""
    try:
        return cast(Breaker, pool.breaker)
    except AttributeError:
        return cast(Breaker, vars(pool).setdefault("breaker", Breaker(pool)))


def _ping(pool: Any) -> None:
    connection = pool.get_connection()
    try:
        connection.send_command("PING")
        connection.read_response()
    except ResponseError:
        """An answer, too."""
    finally:
        pool.release(connection)


def _since(moment: float) -> float:
    return time.monotonic() - moment
