"""A cluster of one node: it refuses what crosses slots, as every cluster does."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

from redis import Redis

from results.embedded import RunningServer
from results.embedded.address import Address
from results.embedded.binary import find_binary
from results.embedded.launching import start_anywhere
from results.embedded.server import ServerPlan

DEADLINE_SECONDS = 60.0
POLL_SECONDS = 0.02


class NodePlan(ServerPlan):
    """Our launcher's server, as the only node of a cluster."""

    def config(self, address: Address) -> bytes:
        lines = f"cluster-enabled yes\ncluster-port {_free_port()}\n"
        return super().config(address) + lines.encode()


def start_cluster(folder: Path) -> RunningServer:
    """The node, once it serves every slot; whoever asks for it stops it."""
    plan = NodePlan(find_binary(), folder, persist=False)
    server = start_anywhere(plan, threading.Event())
    deadline = time.monotonic() + DEADLINE_SECONDS
    with Redis.from_url(server.url) as node:
        node.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        while b"cluster_state:ok" not in node.execute_command("CLUSTER", "INFO"):
            assert time.monotonic() < deadline, "the cluster did not come up"
            time.sleep(POLL_SECONDS)
    return server


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
