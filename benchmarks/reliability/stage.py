"""What a lane stands on: a private store with tests, and a server that reads it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.live.servers import PRODUCT, Server
from benchmarks.live.store import Store
from benchmarks.reliability.fault_proxy import FaultProxy
from results.recorder import Recorder

TESTS, RUNS = 8, 20
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Stage:
    """`test_ids` have runs whose texts name their test, and nobody else's do."""

    store: Store
    server: Server
    proxy: FaultProxy | None
    test_ids: list[str]

    def files(self) -> int:
        """How many files the server's process has open, sockets included."""
        return len(os.listdir(f"/proc/{self.server.pid}/fd"))


@contextlib.asynccontextmanager
async def stage(
    *, tests: int = TESTS, is_proxied: bool = False, settings: Mapping[str, str] = {}
) -> AsyncIterator[Stage]:
    """`manage.py serve` with one process over a store of its own, through a proxy
    that damages replies if it is asked for."""
    with contextlib.ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory()))
        store = Store(folder / "store")
        ending.callback(store.close)
        test_ids = fill(store, tests)
        url, proxy = store.url, None
        if is_proxied:
            proxy = ending.enter_context(FaultProxy(port_of(url)))
            url = url.replace(f":{port_of(url)}", f":{proxy.port}")
        server = Server(PRODUCT, url, folder / "server.log", settings)
        ending.callback(server.close)
        await server.ready()
        yield Stage(store, server, proxy, test_ids)


def port_of(url: str) -> int:
    """Of a URL of ours."""
    return int(url.rpartition(":")[2].partition("/")[0])


def fill(store: Store, tests: int) -> list[str]:
    """So many tests with some runs each; the tests' ids."""
    now = datetime.now(UTC).replace(microsecond=0)
    test_ids = [f"tag{number:05d}" for number in range(tests)]
    recorder = Recorder(store.client)
    for test_id in test_ids:
        recorder.save_test(test_id, name=f"Test {test_id}", schedule="*/15 * * * *")
        runs = [
            {
                "run_id": f"{test_id[-3:]}{number:05d}",
                "passed": number % 7 != 0,
                "duration_ms": 1000 + number,
                "started_at": now - timedelta(minutes=15 * number),
                "details": f"of {test_id}",
                "error": None if number % 7 else f"Step 2 failed in {test_id}",
            }
            for number in range(RUNS)
        ]
        recorder.record_runs(test_id, runs)
    return test_ids
