"""Servers that replicate one, and sentinels that watch them, all of this process."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from results.embedded import RunningServer
from results.embedded.address import HOST, Address, free_port, fresh_address
from results.embedded.binary import find_binary
from results.embedded.launching import start_at
from results.embedded.server import ServerPlan

SERVICE = "Checks.eu-1"
DEADLINE_SECONDS = 60.0
POLL_SECONDS = 0.02
# Ends with the thread that started it; `exec` keeps the signal.
SHIM = """
import os, sys
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, 9)
os.execv(sys.argv[1], sys.argv[1:])
"""


@dataclass(frozen=True, slots=True)
class MemberPlan(ServerPlan):
    """Our launcher's server, which may begin as a replica and may become a master."""

    follows: Address | None = None

    def config(self, address: Address) -> bytes:
        lines = [f"masterauth {address.password}", "repl-diskless-sync-delay 0"]
        if self.follows:
            lines.append(f"replicaof {HOST} {self.follows.port}")
        # With slots the class is made anew, and `super()` knows only the first one.
        own = ServerPlan.config(self, address)
        return own + ("\n".join(lines) + "\n").encode()


@dataclass
class Deployment:
    """A master, its replicas and their sentinels."""

    folder: Path
    servers: list[RunningServer] = field(default_factory=list)
    sentinels: list[subprocess.Popen[bytes]] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        password = self.servers[0].address.password
        hosts = ",".join(f"{HOST}:{port}" for port in self.ports)
        return f"redis+sentinel://:{password}@{hosts}/{SERVICE}/0"

    def start_server(self, follows: Address | None = None) -> RunningServer:
        """A master of the same password, or a replica."""
        address = fresh_address()
        if self.servers:
            address = Address(address.port, self.servers[0].address.password)
        folder = self.folder / f"server-{address.port}"
        plan = MemberPlan(find_binary(), folder, persist=False, follows=follows)
        self.servers.append(start_at(plan, address, threading.Event()))
        return self.servers[-1]

    def start_sentinel(self, quorum: int) -> None:
        port, address = free_port(), self.servers[0].address
        folder = self.folder / f"sentinel-{port}"
        folder.mkdir()
        lines = [
            f"bind {HOST}",
            f"port {port}",
            f"dir {folder}",
            f"sentinel monitor {SERVICE} {HOST} {address.port} {quorum}",
            f"sentinel auth-pass {SERVICE} {address.password}",
            f"sentinel down-after-milliseconds {SERVICE} 500",
            f"sentinel failover-timeout {SERVICE} 3000",
        ]
        file = folder / "sentinel.conf"
        file.write_text("\n".join(lines) + "\n")
        with (folder / "log").open("wb") as log:
            command = [find_binary(), file, "--sentinel"]
            self.sentinels.append(
                subprocess.Popen(
                    [sys.executable, "-I", "-S", "-c", SHIM, *command],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    env={**os.environ, "LC_ALL": "C"},
                )
            )
        self.ports.append(port)

    def ask(self, port: int, *command: str | int) -> object:
        """What a sentinel answers."""
        with Redis(host=HOST, port=port, decode_responses=True) as sentinel:
            return sentinel.execute_command("SENTINEL", *command)

    def state(self, port: int) -> dict[str, object]:
        """What a sentinel knows of the master; nothing while it does not answer."""
        try:
            with Redis(host=HOST, port=port, decode_responses=True) as sentinel:
                return dict(sentinel.sentinel_master(SERVICE))
        except RedisError:
            return {}

    def master(self) -> RunningServer:
        """The server that the first sentinel names."""
        port = self.state(self.ports[0])["port"]
        return next(server for server in self.servers if server.address.port == port)

    def stop(self) -> None:
        for sentinel in self.sentinels:
            sentinel.kill()
            sentinel.wait()
        for server in self.servers:
            server.stop()


@contextlib.contextmanager
def deployment(folder: Path, replicas: int, sentinels: int) -> Iterator[Deployment]:
    """All of them, once every sentinel knows every server and every other sentinel."""
    found = Deployment(folder)
    try:
        master = found.start_server()
        for _ in range(replicas):
            replica = found.start_server(follows=master.address)
            _await(lambda replica=replica: _is_in_step(replica))
        for _ in range(sentinels):
            found.start_sentinel(quorum=sentinels // 2 + 1)
        for port in found.ports:
            _await(lambda port=port: _knows(found.state(port), replicas, sentinels))
        yield found
    finally:
        found.stop()


def _is_in_step(replica: RunningServer) -> bool:
    with Redis.from_url(replica.url) as client:
        return client.info("replication")["master_link_status"] == "up"


def _knows(state: dict[str, object], replicas: int, sentinels: int) -> bool:
    counts = (state.get("num-slaves"), state.get("num-other-sentinels"))
    return counts == (replicas, sentinels - 1) and state.get("flags") == "master"


def _await(condition) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the servers did not come up"
        time.sleep(POLL_SECONDS)
