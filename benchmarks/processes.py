"""Server processes under measurement: started, asked for their cost, and ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.results_page import ROOT
from results.embedded.address import HOST, free_port

try:
    import psutil
except ModuleNotFoundError:
    sys.exit(
        "first: python3 -m pip --python .venv/bin/python install -q "
        "-r benchmarks/requirements.txt"
    )

START_SECONDS = 60.0
STOP_SECONDS = 30.0


class ServerProcess:
    """`python <arguments>` while the `with` block lasts, with all its children.

    `{port}` in an argument becomes the free loopback port that `url` names. It counts
    as started when `ready` (a path) answers anything that is no 5xx.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        log: Path,
        env: Mapping[str, str] | None = None,
        ready: str = "/healthz",
    ) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._command = [part.format(port=self.port) for part in arguments]
        self._log, self._env, self._ready = log, env or {}, ready

    def __enter__(self) -> ServerProcess:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._command],
                cwd=ROOT,
                env={**os.environ, **self._env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._await_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def cpu_seconds(self) -> float:
        """User and system time of the whole tree since it started."""
        times = [process.cpu_times() for process in self._tree()]
        return sum(spent.user + spent.system for spent in times)

    def memory_bytes(self) -> int:
        """Resident memory of the whole tree."""
        return sum(process.memory_info().rss for process in self._tree())

    def peak_bytes(self) -> int:
        """The most that the whole tree held since `forget_peak`; Linux says so."""
        lines = [_status(process.pid, "VmHWM") for process in self._tree()]
        return sum(int(line.split()[1]) * 1024 for line in lines)

    def forget_peak(self) -> None:
        """Begin anew to look for the most memory."""
        for process in self._tree():
            Path(f"/proc/{process.pid}/clear_refs").write_text("5")

    def stop(self, wait_seconds: float = STOP_SECONDS) -> float | None:
        """SIGTERM; the seconds until it had ended, None when it had to be killed."""
        if self._process.poll() is not None:
            return 0.0
        started = time.monotonic()
        tree = self._tree()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(wait_seconds)
        except subprocess.TimeoutExpired:
            for process in tree:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            self._process.wait()
            return None
        return time.monotonic() - started

    def _tree(self) -> list[psutil.Process]:
        root = psutil.Process(self._process.pid)
        return [root, *root.children(recursive=True)]

    def _await_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._answers():
                return
            time.sleep(0.05)
        raise RuntimeError(f"{self._command} does not answer: {self._log.read_text()}")

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url + self._ready, timeout=2).close()
        except urllib.error.HTTPError as refused:
            return refused.code < 500
        except OSError:
            return False
        return True


def _status(pid: int, name: str) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line for line in lines if line.startswith(name))
