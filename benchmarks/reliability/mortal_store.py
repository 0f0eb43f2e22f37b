"""A store of one's own that is killed, or loses its power, and comes back."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reliability.synced import Watched
from results.embedded.address import Address, fresh_address
from results.embedded.binary import find_binary
from results.embedded.launching import start_at
from results.embedded.server import ServerPlan


@dataclass(frozen=True, slots=True)
class Plan(ServerPlan):
    """Our launcher's server with another `appendfsync`, and one file all along."""

    appendfsync: str = "always"

    def config(self, address: Address) -> bytes:
        # With slots the class is made anew, and `super()` knows only the first one.
        own = ServerPlan.config(self, address)
        return (
            own
            + (
                f"appendfsync {self.appendfsync}\nauto-aof-rewrite-percentage 0\n"
            ).encode()
        )


class MortalStore:
    """The server; `is_traced` where its power will be cut."""

    def __init__(self, folder: Path, appendfsync: str, is_traced: bool = False) -> None:
        self._plan = Plan(find_binary(), folder, True, appendfsync=appendfsync)
        self._address = fresh_address()
        self._is_traced = is_traced
        self.cut_bytes = 0
        self.start()

    @property
    def url(self) -> str:
        return self._address.url

    def start(self) -> None:
        """Start it, again, on what there is."""
        self._server = start_at(self._plan, self._address, threading.Event())
        if self._is_traced:
            self._watched = Watched(self._server.pid)

    def kill(self) -> None:
        """What it wrote stays with the operating system, synced or not."""
        os.kill(self._server.pid, signal.SIGKILL)
        self._server.wait()

    def cut_power(self) -> None:
        """What was not synced is gone, too."""
        self.kill()
        for file in (self._plan.data_dir / "appendonlydir").glob("*.incr.aof"):
            size = self._watched.size_of(file)
            self.cut_bytes += file.stat().st_size - size
            os.truncate(file, size)

    def stop(self) -> None:
        """End it in order."""
        self._server.stop()
        if self._is_traced:
            self._watched.wait()
