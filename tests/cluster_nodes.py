"""A Cluster of three masters, and replicas of them where a test wants some."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from redis import Redis
from redis.cluster import ClusterNode, RedisCluster
from redis.crc import key_slot
from redis.exceptions import RedisError

from results.embedded import RunningServer
from results.embedded.address import HOST, Address, free_port, fresh_address
from results.embedded.binary import find_binary
from results.embedded.launching import start_at
from results.embedded.server import ServerPlan

SLOTS = 16384
MASTERS = 3
DEADLINE_SECONDS = 60.0
POLL_SECONDS = 0.02


class MemberPlan(ServerPlan):
    """Our launcher's server, as a node that notices quickly that another is gone."""

    def config(self, address: Address) -> bytes:
        lines = [
            "cluster-enabled yes",
            f"cluster-port {free_port()}",
            "cluster-node-timeout 1000",
            f"masterauth {address.password}",
            "repl-diskless-sync-delay 0",
        ]
        return super().config(address) + ("\n".join(lines) + "\n").encode()


class Cluster:
    """The nodes, the masters first, each with a client of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.servers: list[RunningServer] = []
        self.nodes: list[Redis] = []

    @property
    def url(self) -> str:
        password = self.servers[0].address.password
        hosts = ",".join(f"{HOST}:{server.address.port}" for server in self.servers)
        return f"redis+cluster://:{password}@{hosts}"

    def client(self) -> RedisCluster:
        """A client that stores anywhere."""
        nodes = [ClusterNode(HOST, server.address.port) for server in self.servers]
        password = self.servers[0].address.password
        return RedisCluster(startup_nodes=nodes, password=password)

    def start(self) -> Redis:
        address = fresh_address()
        if self.servers:
            address = Address(address.port, self.servers[0].address.password)
        folder = self._folder / f"node-{address.port}"
        plan = MemberPlan(find_binary(), folder, persist=False)
        self.servers.append(start_at(plan, address, threading.Event()))
        self.nodes.append(Redis.from_url(self.servers[-1].url))
        return self.nodes[-1]

    def owner_of(self, key: str) -> int:
        """Which of the masters has the key, as they were given their slots."""
        return key_slot(key.encode()) * MASTERS // SLOTS

    def kill(self, number: int) -> None:
        os.kill(self.servers[number].pid, signal.SIGKILL)
        self.servers[number].wait()

    def begin_to_move(self, slot: int, source: int, target: int) -> None:
        """From here on both nodes answer for the slot, with ASK and to ASKING."""
        ask = [node.execute_command for node in self.nodes]
        ids = [node.execute_command("CLUSTER", "MYID") for node in self.nodes]
        ask[target]("CLUSTER", "SETSLOT", slot, "IMPORTING", ids[source])
        ask[source]("CLUSTER", "SETSLOT", slot, "MIGRATING", ids[target])

    def move_key(self, key: str, source: int, target: int) -> None:
        address = self.servers[target].address
        where = (HOST, address.port, key, 0, 5000, "AUTH", address.password)
        self.nodes[source].execute_command("MIGRATE", *where)

    def end_move(self, slot: int, source: int, target: int) -> None:
        to = self.nodes[target].execute_command("CLUSTER", "MYID")
        for number in (target, source):
            self.nodes[number].execute_command("CLUSTER", "SETSLOT", slot, "NODE", to)

    def stop(self) -> None:
        for node in self.nodes:
            node.close()
        for server in self.servers:
            server.stop()


@contextlib.contextmanager
def cluster(folder: Path, replicas: int = 0) -> Iterator[Cluster]:
    """Three masters that have all slots, and replicas, of the first of them first."""
    found = Cluster(folder)
    try:
        _form(found, replicas)
        yield found
    finally:
        found.stop()


def _form(found: Cluster, replicas: int) -> None:
    first = found.start()
    for _ in range(MASTERS - 1 + replicas):
        found.start()
    for number, node in enumerate(found.nodes[:MASTERS]):
        low, high = (-(-SLOTS * n // MASTERS) for n in (number, number + 1))
        node.execute_command("CLUSTER", "ADDSLOTSRANGE", low, high - 1)
        node.execute_command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
    for server in found.servers[1:]:
        port = server.address.port
        bus = Redis.from_url(server.url)
        with bus:
            bus_port = bus.config_get("cluster-port")["cluster-port"]
        first.execute_command("CLUSTER", "MEET", HOST, port, bus_port)
    for node in found.nodes:
        _await(lambda node=node: _is_whole(node, len(found.nodes)))
    _replicate(found)


def _replicate(found: Cluster) -> None:
    ids = [node.execute_command("CLUSTER", "MYID") for node in found.nodes[:MASTERS]]
    for number, node in enumerate(found.nodes[MASTERS:]):
        node.execute_command("CLUSTER", "REPLICATE", ids[number % MASTERS])
    for node in found.nodes[MASTERS:]:
        _await(lambda node=node: _is_in_step(node))


def _is_whole(node: Redis, count: int) -> bool:
    info = node.execute_command("CLUSTER", "INFO")
    text = (
        info
        if isinstance(info, dict)
        else dict(line.split(":") for line in info.decode().split("\r\n") if line)
    )
    return text["cluster_state"] == "ok" and int(text["cluster_known_nodes"]) == count


def _is_in_step(node: Redis) -> bool:
    try:
        return node.info("replication").get("master_link_status") == "up"
    except RedisError:
        return False


def _await(condition) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the Cluster did not come up"
        time.sleep(POLL_SECONDS)
