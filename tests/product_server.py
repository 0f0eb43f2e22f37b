"""The product as a real server process over TCP, as it is deployed: uvicorn, ASGI."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90.0
STOP_SECONDS = 60.0


class ProductServer:
    """Serves `redis_url` on a free port of 127.0.0.1 while the `with` block lasts.

    `settings` are further environment variables.
    """

    def __init__(self, redis_url: str, **settings: str) -> None:
        self._settings = {"REDIS_URL": redis_url, **settings}

    def __enter__(self) -> ProductServer:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", "monitor.asgi:application"),
                *("--host", "127.0.0.1", "--port", str(port)),
                *("--timeout-graceful-shutdown", "1", "--log-level", "warning"),
            ],
            cwd=ROOT,
            env=os.environ | self._settings,
        )
        self._wait_until_it_answers()
        return self

    def __exit__(self, *_failure: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.__exit__()
        raise AssertionError("the server does not start")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
