"""Everything that takes part: a store with the data, the peer and ours, running."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from benchmarks.layouts import PEER, SIMPLE, unit_command
from benchmarks.processes import ServerProcess
from benchmarks.reads.data_sets import load_runs
from benchmarks.reads.endpoints import (
    LARGE,
    LARGE_BYTES,
    OFTEN,
    OFTEN_RUNS,
    SMALL,
    SMALL_BYTES,
    SMALL_RUNS,
)
from benchmarks.reads.plans import Plan
from results.embedded import start_server


@dataclass(frozen=True)
class Stage:
    """A private store and the servers that read it, by name, all on loopback."""

    store: Redis
    servers: dict[str, ServerProcess]
    now: float
    env: dict[str, str]

    @property
    def ours(self) -> dict[str, ServerProcess]:
        """Both layouts of the product."""
        return {name: each for name, each in self.servers.items() if name != "peer"}


@contextlib.contextmanager
def stage(plan: Plan, folder: Path) -> Iterator[Stage]:
    """Load, start, and end all of it with the `with` block."""
    now = time.time()
    server = start_server(folder / "store", persist=False)
    with contextlib.ExitStack() as ending:
        ending.callback(server.stop)
        store = ending.enter_context(Redis.from_url(server.url))
        load_runs(store, SMALL, SMALL_RUNS, SMALL_BYTES, now)
        load_runs(store, OFTEN, min(OFTEN_RUNS, plan.runs_sizes[-1]), SMALL_BYTES, now)
        load_runs(store, LARGE, plan.large_runs, LARGE_BYTES, now)
        env = {"REDIS_URL": server.url}
        # Without a line for each request, which the peer does not write, either.
        ours = env | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.reads.settings",
            "LOG_LEVEL": "WARNING",
        }
        production = unit_command("monitor-api", port="{port}", workers="1")
        servers = {
            "peer": ServerProcess(PEER, folder / "peer.log", env, "/openapi.json"),
            "production": ServerProcess(production, folder / "production.log", ours),
            "simple": ServerProcess(SIMPLE, folder / "simple.log", ours),
        }
        for each in servers.values():
            ending.enter_context(each)
        yield Stage(store, servers, now, ours)
