"""What every scenario stands on: a private store, and servers over it."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.live.servers import Server
from benchmarks.live.store import Store


@dataclass(frozen=True, slots=True)
class Stage:
    """A store of its own for each scenario, and servers that are ready."""

    store: Store
    servers: list[Server]

    @property
    def ports(self) -> list[int]:
        return [server.port for server in self.servers]


@contextlib.asynccontextmanager
async def stage(
    command: tuple[str, ...],
    settings: Mapping[str, str] = {},
    *,
    servers: int = 1,
    durable: bool = False,
) -> AsyncIterator[Stage]:
    """So many servers with these settings over a store, which loses nothing when it is
    killed if it is `durable`; all that was started is ended."""
    with contextlib.ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory()))
        store = Store(folder / "store", durable=durable)
        ending.callback(store.close)
        running = []
        for number in range(servers):
            log = folder / f"server-{number}.log"
            running.append(Server(command, store.url, log, settings))
            ending.callback(running[-1].close)
        await asyncio.gather(*(server.ready() for server in running))
        yield Stage(store, running)
