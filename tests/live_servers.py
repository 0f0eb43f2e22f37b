"""Real server processes over TCP, and clients that read their streams."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks.layouts import unit_command
from results.embedded.address import free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90.0
STOP_SECONDS = 60.0
COMMANDS = {
    "uvicorn": (
        *("-m", "uvicorn", "monitor.asgi:application", "--port", "{port}"),
        *("--timeout-graceful-shutdown", "1"),
    ),
    "serve": ("manage.py", "serve", "--port", "{port}", "--host", "{host}"),
    "serve-workers": ("manage.py", "serve", "--port", "{port}", "--workers", "2"),
    "runserver": ("manage.py", "runserver", "--noreload", "127.0.0.1:{port}"),
}
# Those of `deploy/`, of which the first serves no streams.
DEPLOYED = {
    "api": unit_command("monitor-api", port="{port}", workers="1"),
    "streams": unit_command("monitor-streams", port="{port}"),
}


class Server:
    """One server process of the product over the store at `redis_url`."""

    def __init__(
        self,
        kind: str,
        redis_url: str,
        log: Path,
        host: str = "127.0.0.1",
        **env: str,
    ) -> None:
        self.port = free_port()
        self.host = host
        self.base_url = f"http://{host}:{self.port}"
        self._kind, self._log = kind, log
        self._env = {**os.environ, "REDIS_URL": redis_url, **env}
        self._spawn()

    def __enter__(self) -> Server:
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """End it; how many seconds that took."""
        started = time.monotonic()
        self.process.send_signal(number)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        return time.monotonic() - started

    def restart(self) -> None:
        """Another process on the same port."""
        self.stop()
        self.start()

    def start(self) -> None:
        """A process on this port, ready; the one before has been stopped."""
        self._spawn()
        self._wait_until_ready()

    @property
    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def wait_until_said(self, text: str, seconds: float = STOP_SECONDS) -> None:
        """Until its log has this; fails after so many seconds."""
        deadline = time.monotonic() + seconds
        while text not in self.said:
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def _spawn(self) -> None:
        arguments = [
            part.format(port=self.port, host=self.host)
            for part in (COMMANDS | DEPLOYED)[self._kind]
        ]
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{self.base_url}/healthz", timeout=1).raise_for_status()
                return
            assert self.process.poll() is None, self.said
            time.sleep(0.05)
        raise AssertionError(f"the server does not answer: {self.said}")


class Stream:
    """An open stream, read line by line; a read that takes 10 s fails."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()
        self.told: list[tuple[str, dict]] = []

    def line(self) -> str:
        """The next line, whatever it is."""
        return next(self._lines)

    def event(self) -> tuple[str, dict]:
        """Id and data of the next entry; what else the server says is in `told`."""
        entry_id = name = None
        for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: ") and name != "message":
                self.told.append((name, json.loads(line.removeprefix("data: "))))
            elif line.startswith("id: "):
                entry_id = line.removeprefix("id: ")
            elif line.startswith("data: "):
                return entry_id, json.loads(line.removeprefix("data: "))
        raise AssertionError("the stream has ended")

    def events(self, count: int) -> list[tuple[str, dict]]:
        return [self.event() for _ in range(count)]

    def rest(self) -> list[str]:
        """Every line until the server ends the stream."""
        return list(self._lines)


@contextlib.contextmanager
def open_stream(url: str, resume_after: str | None = None) -> Iterator[Stream]:
    """A stream at `url`, left at the end."""
    headers = {"Accept": "text/event-stream"}
    if resume_after is not None:
        headers["Last-Event-ID"] = resume_after
    with httpx.stream("GET", url, headers=headers, timeout=60) as response:
        yield Stream(response)
