"""Server processes: the product as it is served, and the endpoint that polls."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from monitor.environment import VARIABLES
from results.embedded.address import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
UVICORN = ("-m", "uvicorn", "--port", "{port}", "--log-level", "warning")
PRODUCT = ("manage.py", "serve", "--port", "{port}")
# With streams open it would never end.
ENDING = ("--timeout-graceful-shutdown", "1")
POLLING = (*UVICORN, *ENDING, "benchmarks.live.polling_peer:application")
# A test run or a benchmark that is killed must not leave busy servers behind.
LEASH = """
import os, signal, sys
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
if os.getppid() != int(sys.argv[1]):
    sys.exit("the process that wanted this server has ended")
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
READY_SECONDS = 60.0
STOP_SECONDS = 20.0


class Server:
    """One server over the store at `redis_url`, on a port that it keeps."""

    def __init__(
        self,
        command: tuple[str, ...],
        redis_url: str,
        log: Path,
        settings: Mapping[str, str],
    ) -> None:
        self.port = free_port()
        self._command = [part.format(port=self.port) for part in command]
        self._log = log
        inherited = {k: v for k, v in os.environ.items() if k not in VARIABLES}
        self._env = {**inherited, "REDIS_URL": redis_url, **settings}
        self.spawn()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def spawn(self) -> None:
        """Start it, or start it again; `ready` tells when it serves."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", LEASH, str(os.getpid()), *self._command],
                cwd=ROOT,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A group of its own, so that a kill reaches its workers, too.
                start_new_session=True,
            )

    async def ready(self) -> None:
        """Until it answers; fails with what it said."""
        url = f"http://127.0.0.1:{self.port}/healthz"
        async with asyncio.timeout(READY_SECONDS), httpx.AsyncClient() as client:
            while not await _answers(client, url):
                if self._process.poll() is not None:
                    raise RuntimeError(f"the server ended: {self.said}")
                await asyncio.sleep(0.05)

    def kill(self) -> None:
        """As the kernel does when memory runs out."""
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """End it in order, or by force."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.TransportError:
        return False
