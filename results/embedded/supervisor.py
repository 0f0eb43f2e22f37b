"""The owner's thread: it forks the server, waits for its end, and forks it again."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future

from results.embedded.errors import EmbeddedStoreError, StartFailed
from results.embedded.launching import start_anywhere, start_at
from results.embedded.server import RunningServer, ServerPlan

logger = logging.getLogger(__name__)


class Backoff:
    """Pauses between starts that double while the store keeps dying young."""

    FIRST_SECONDS = 0.05
    LONGEST_SECONDS = 10.0
    HEALTHY_SECONDS = 10.0

    def __init__(self) -> None:
        self._next = self.FIRST_SECONDS

    def pause(self, lived_seconds: float = 0.0) -> float:
        """Seconds to wait before the next start, given how long the last one held."""
        if lived_seconds >= self.HEALTHY_SECONDS:
            self._next = self.FIRST_SECONDS
        seconds = self._next
        self._next = min(seconds * 2, self.LONGEST_SECONDS)
        return seconds


class Supervisor:
    """Keeps one store running at one address from `start` to `stop`.

    A server is told to die with the thread that forked it, so that thread lives as
    long as the owner holds the store.
    """

    def __init__(self, plan: ServerPlan) -> None:
        self._plan = plan
        self._stopping = threading.Event()
        self._started: Future[None] = Future()
        self._taking = threading.Lock()
        self._server: RunningServer | None = None
        self._thread = threading.Thread(
            target=self._run, name="embedded-store", daemon=True
        )

    def start(self) -> None:
        """Return when the store serves; `EmbeddedStoreError` when it never will."""
        self._thread.start()
        try:
            self._started.result()
        except BaseException:
            self.stop()
            raise

    @property
    def server(self) -> RunningServer:
        """The server that runs, or the one that ran last."""
        if self._server is None:
            raise EmbeddedStoreError("the store was not started")
        return self._server

    def stop(self) -> None:
        """End the server and the thread."""
        self._stopping.set()
        with self._taking:
            if self._server is not None:
                self._server.stop()
        self._thread.join()

    def _run(self) -> None:
        try:
            server = start_anywhere(self._plan, self._stopping)
        except Exception as failure:
            self._started.set_exception(failure)
            return
        self._take(server)
        self._started.set_result(None)
        self._keep_alive(server)

    def _take(self, server: RunningServer) -> None:
        """Make it the one that `stop` ends, also when `stop` was called just now."""
        with self._taking:
            self._server = server
            if self._stopping.is_set():
                server.stop()

    def _keep_alive(self, server: RunningServer) -> None:
        backoff = Backoff()
        while True:
            since = time.monotonic()
            status = server.wait()
            if self._stopping.is_set():
                return
            logger.error("the embedded store died (status %d): restarting it", status)
            pause = backoff.pause(time.monotonic() - since)
            restarted = self._restart(server, backoff, pause)
            if restarted is None:
                return
            server = restarted

    def _restart(
        self, died: RunningServer, backoff: Backoff, pause: float
    ) -> RunningServer | None:
        """The same store again, as late as it takes; None when it is not wanted."""
        while not self._stopping.wait(pause):
            try:
                server = start_at(self._plan, died.address, self._stopping)
            except (StartFailed, OSError) as failure:
                logger.error("the embedded store does not start: %s", failure)
                pause = backoff.pause()
            else:
                self._take(server)
                logger.warning("the embedded store runs again (pid %d)", server.pid)
                return server
        return None
