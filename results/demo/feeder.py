"""The feeder: one real check every few seconds, recorded as any writer would."""

from __future__ import annotations

import itertools
import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import partial
from typing import Any

import httpx
from redis.exceptions import RedisError

from results.demo.catalogue import TESTS, DemoTest
from results.demo.performing import perform
from results.demo.run_record import RunRecord
from results.demo.telling import tell_verdict
from results.recorder import Recorder

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 5.0
REQUEST_SECONDS = 5.0
LEAVE_SECONDS = 0.5

IsPaused = Callable[[str], bool]
Listener = Callable[[DemoTest, RunRecord], None]


def utc_now() -> datetime:
    """The clock of everything that is not handed another one."""
    return datetime.now(timezone.utc)


class Feeder:
    """Checks the tests of the demo in turn, paused ones left out, until `leaving`.

    Once that is set nothing is recorded any more: what is checked is ending, too. A
    store that does not answer costs the runs of that time and a line in the log.
    """

    def __init__(
        self,
        browser: httpx.Client,
        recorder: Recorder,
        *,
        is_paused: IsPaused,
        listener: Listener,
        leaving: threading.Event,
    ) -> None:
        self._browser = browser
        self._recorder = recorder
        self._is_paused = is_paused
        self._listener = listener
        self._turns = itertools.cycle(TESTS)
        self._leaving = leaving
        self._store_is_away = False

    def run(self) -> None:
        """Check until `leaving`; nothing but that ends it."""
        while not self._leaving.is_set():
            self.check_next()
            self._leaving.wait(INTERVAL_SECONDS)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Checking inside the block, in a thread of its own."""
        thread = threading.Thread(target=self.run, name="demo-feeder", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._leaving.set()
            # In the middle of a request it may take longer; a daemon ends with us.
            thread.join(LEAVE_SECONDS)

    def check_next(self) -> None:
        """One check, whatever comes of it."""
        try:
            if test := self._next_test():
                self._check(test)
            self._say_store_is_back()
        except RedisError as failure:
            self._say_store_is_away(failure)
        except Exception:
            logger.exception("a check of the feeder crashed; the next one follows")

    def _next_test(self) -> DemoTest | None:
        candidates = itertools.islice(self._turns, len(TESTS))
        return next((t for t in candidates if not self._is_paused(t.id)), None)

    def _check(self, test: DemoTest) -> None:
        run_id = secrets.token_hex(4)
        tell = partial(self._tell, test.id, run_id)
        try:
            record = perform(test, run_id, self._browser, tell, utc_now)
        except RedisError:
            raise
        except Exception:
            tell("error", "The check crashed")
            raise
        if self._leaving.is_set():
            tell("error", "Abandoned: the demo is ending")
            return
        self._recorder.record_run(test.id, record)
        tell_verdict(record, tell)
        self._listener(test, record)

    def _tell(
        self, test_id: str, run_id: str, type: str, message: str, **fields: Any
    ) -> None:
        self._recorder.log_event(test_id, type, message, run_id=run_id, **fields)

    def _say_store_is_away(self, failure: RedisError) -> None:
        if not self._store_is_away and not self._leaving.is_set():
            logger.warning("the store does not answer, runs are lost: %s", failure)
        self._store_is_away = True

    def _say_store_is_back(self) -> None:
        if self._store_is_away:
            logger.warning("the store answers again")
        self._store_is_away = False


def open_browser(base_url: str) -> httpx.Client:
    """The client that checks use; proxies of the environment are for elsewhere."""
    return httpx.Client(
        base_url=base_url,
        timeout=REQUEST_SECONDS,
        trust_env=False,
        # Compressing for a reader next door would only heat the machine.
        headers={"Accept-Encoding": "identity", "User-Agent": "demo-feeder"},
    )
