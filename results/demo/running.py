"""The demo from an open socket and a running store to its end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, cast

from django.conf import settings

from monitor.environment import accounts_file
from results.connection import data_keys, data_repository, writer_client
from results.demo.account import Login, open_account
from results.demo.defining import is_paused, keep_defined
from results.demo.ending import Ending
from results.demo.feeder import Feeder, open_browser, utc_now
from results.demo.generating import DAYS
from results.demo.screen import Screen
from results.demo.seeding import Found, look, seed
from results.demo.serving import DemoServer, open_server
from results.recorder import Recorder

# A demo that runs for weeks must not fill a disk.
LIMITS = {"keep_runs": 50_000, "keep_incidents": 50_000, "keep_events": 1000}


class Demo:
    """The product at `base_url` on a month of runs; `end` stops it from any thread."""

    def __init__(self, screen: Screen, base_url: str, ending: Ending) -> None:
        self._screen = screen
        self._base_url = base_url
        self._ending = ending
        self._leaving = threading.Event()
        self._server: DemoServer | None = None
        self.was_ended = False

    def end(self) -> None:
        """Stop serving, or do not begin to."""
        self.was_ended = True
        if self._server:
            self._server.end()

    def run(
        self,
        store_url: str,
        listener: socket.socket,
        *,
        seconds: float | None,
        feed: bool,
    ) -> None:
        """Fill the store if it is empty, then serve until a signal, `end`, or time."""
        recorder = Recorder(writer_client(store_url), data_keys(), **cast(Any, LIMITS))
        with recorder.client, ExitStack() as ending:
            self._fill(recorder)
            self._server = server = open_server(self._base_url, self._leaving.set)
            if feed:
                ending.enter_context(self._feeding(recorder))
            if seconds:
                ending.enter_context(calling_after(seconds, server.end))
            self._screen.welcome(self._base_url, feed, _login(self._screen))
            self._ending.check()
            if not self.was_ended:
                server.run(sockets=[listener])

    def _fill(self, recorder: Recorder) -> None:
        self._ending.check()
        found = look(recorder)
        if found is Found.MONTH:
            self._screen.say("It holds the history of an earlier start.")
        elif found is Found.OTHER_DATA:
            self._screen.say("It holds other data, so no history is generated.")
        else:
            self._seed(recorder)

    def _seed(self, recorder: Recorder) -> None:
        self._screen.say(f"Generating {DAYS} days of history for five tests:")
        with self._screen.progress() as show:

            def progress(name: str, done: int, total: int) -> None:
                self._ending.check()
                show(name, done, total)

            total = seed(recorder, self._base_url, utc_now(), progress)
        self._screen.say(f"{total:,} runs generated, and our own tests imported.")

    @contextmanager
    def _feeding(self, recorder: Recorder) -> Iterator[None]:
        repository = data_repository()
        keep_defined(recorder, repository, self._base_url, utc_now())
        with open_browser(self._base_url) as browser:
            feeder = Feeder(
                browser,
                recorder,
                is_paused=partial(is_paused, repository),
                listener=self._screen.checked,
                leaving=self._leaving,
            )
            with feeder.at_work():
                yield


def _login(screen: Screen) -> Login | None:
    """An account of the database in VAR_DIR; nobody else's gets one."""
    if settings.DATABASES["default"]["NAME"] == str(accounts_file(settings.VAR_DIR)):
        return open_account()
    screen.warn(
        "DATABASE_URL is set, so that no account was made: `manage.py migrate` and "
        "`manage.py createsuperuser` make one for the ops view."
    )
    return None


@contextmanager
def calling_after(seconds: float, end: Callable[[], None]) -> Iterator[None]:
    """Call `end` once the time is over, unless the block was left before."""
    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
