"""A private store that can be killed."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any, cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from results.embedded.binary import find_binary
from results.embedded.launching import start_anywhere, start_at
from results.embedded.server import ServerPlan

# Commands of ours, which are nobody's cost.
OWN_COMMANDS = {"info", "xadd"}


class Store:
    """One store at one address; `client` returns bytes and tries nothing twice.

    A `durable` one has written what it acknowledges. By default it does so every
    second: what was lost when it is killed could not be the truth about what listeners
    had to get, but nobody else's entries wait for a disk.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._fsync = "always" if durable else "everysec"
        self._plan = ServerPlan(find_binary(), folder, persist=True)
        self._server = start_anywhere(self._plan, threading.Event())
        self.client = Redis.from_url(
            self.url, socket_timeout=10, retry=Retry(NoBackoff(), 1)
        )
        self.client.config_set("appendfsync", self._fsync)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def pid(self) -> int:
        return self._server.pid

    def kill(self) -> None:
        """As a power cut does."""
        os.kill(self.pid, signal.SIGKILL)
        self._server.wait()

    def start_again(self) -> None:
        """At the same address, with what was acknowledged before."""
        address = self._server.address
        self._server = start_at(self._plan, address, threading.Event())
        self.client.config_set("appendfsync", self._fsync)

    def close(self) -> None:
        self.client.close()
        self._server.stop()

    def add_test(self, test_id: str, entries: int = 1) -> None:
        """A known test whose stream has so many entries."""
        self.client.hset(f"test:{test_id}", mapping={"id": test_id, "name": test_id})
        self.client.sadd("tests:all", test_id)
        self.add(test_id, entries)

    def add(self, test_id: str, entries: int = 1, most: int | None = None) -> list[str]:
        """Entries without a time, all at once; their ids. The stream is trimmed to
        the newest `most` meanwhile."""
        fields: Any = {"type": "step_start", "message": "Step 1: open the page"}
        with self.client.pipeline() as pipe:
            for _ in range(entries):
                pipe.xadd(f"events:{test_id}", fields, maxlen=most, approximate=False)
            return [entry_id.decode() for entry_id in pipe.execute()]

    def ids(self, test_id: str) -> list[str]:
        """The truth: every entry's id, in order."""
        entries = cast(Any, self.client.xrange(f"events:{test_id}"))
        return [entry_id.decode() for entry_id, _ in entries]

    def commands(self) -> int:
        """How many commands others have sent so far."""
        stats = self.client.info("commandstats")
        return sum(
            entry["calls"]
            for name, entry in stats.items()
            if name.removeprefix("cmdstat_").partition("|")[0] not in OWN_COMMANDS
        )
