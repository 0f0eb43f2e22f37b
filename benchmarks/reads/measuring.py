"""Interleaved rounds: each server in turn, so that noise hits all of them alike."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field

from redis import Redis

from benchmarks.processes import ServerProcess
from benchmarks.reads.load import ask

# A batch that is too short to count anything, as only quick runs have it.
TICK_MS = 10.0


@dataclass(frozen=True)
class Pace:
    """How many rounds, and how many requests fill the batch of one."""

    rounds: int
    batch_seconds: float
    fewest: int
    most: int


@dataclass
class Cost:
    """Of one endpoint on one server, a value for each round."""

    cpu_ms: list[float] = field(default_factory=list)
    store_ms: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    store_bytes: float = 0.0

    @property
    def cpu(self) -> float:
        """CPU milliseconds of the server's process tree for a request."""
        return statistics.median(self.cpu_ms)

    @property
    def store_cpu(self) -> float:
        """CPU milliseconds that Redis spends on a request."""
        return statistics.median(self.store_ms)

    @property
    def rate(self) -> float:
        """Requests a second over two connections."""
        return statistics.median(self.per_second)

    def took(self, share: float) -> float:
        """The quantile of all rounds' times, in milliseconds."""
        ordered = sorted(self.took_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def ratio(peer: Cost, ours: Cost) -> float:
    """The peer's CPU to ours, round by round, which were measured side by side."""
    pairs = zip(peer.cpu_ms, ours.cpu_ms, strict=True)
    return statistics.median(one / (other or TICK_MS) for one, other in pairs)


def measure(
    servers: Mapping[str, ServerProcess],
    store: Redis,
    path: str,
    pace: Pace,
    headers: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, Cost]:
    """The cost of `path` on each server, warmed up; `headers` by server's name."""
    return measure_each({path: servers}, store, pace, headers)[path]


def measure_each(
    asked: Mapping[str, Mapping[str, ServerProcess]],
    store: Redis,
    pace: Pace,
    headers: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, dict[str, Cost]]:
    """The cost of each path on each server that is asked for it; all of them take
    turns, so that a busy minute of the machine is one round of everything."""
    turns = [(path, name) for path, servers in asked.items() for name in servers]
    sent = {name: (headers or {}).get(name, {}) for _, name in turns}
    counts = {
        (path, name): _count(asked[path][name], path, sent[name], pace)
        for path, name in turns
    }
    costs: dict[str, dict[str, Cost]] = {
        path: {name: Cost() for name in servers} for path, servers in asked.items()
    }
    for _ in range(pace.rounds):
        for path, name in turns:
            count, cost = counts[path, name], costs[path][name]
            _round(asked[path][name], store, path, count, sent[name], cost)
    return costs


def _count(
    server: ServerProcess, path: str, headers: Mapping[str, str], pace: Pace
) -> int:
    """How many requests fill a batch; asking for that warms the server up as well."""
    each = ask(server.url, path, pace.fewest, headers).wall_seconds / pace.fewest
    if each * pace.fewest > pace.batch_seconds:
        return pace.fewest
    if each * 100 < pace.batch_seconds:
        each = ask(server.url, path, 100, headers).wall_seconds / 100
    return max(pace.fewest, min(pace.most, int(pace.batch_seconds / each)))


def _round(
    server: ServerProcess,
    store: Redis,
    path: str,
    count: int,
    headers: Mapping[str, str],
    cost: Cost,
) -> None:
    before, cpu = StoreUse.now(store), server.cpu_seconds()
    batch = ask(server.url, path, count, headers)
    spent, after = server.cpu_seconds() - cpu, StoreUse.now(store)
    overhead = StoreUse.now(store).sent_bytes - after.sent_bytes
    cost.cpu_ms.append(spent / count * 1e3)
    cost.store_ms.append((after.cpu_seconds - before.cpu_seconds) / count * 1e3)
    cost.per_second.append(count / batch.wall_seconds)
    cost.took_ms += [seconds * 1e3 for seconds in batch.took_seconds]
    cost.store_bytes = (after.sent_bytes - before.sent_bytes - overhead) / count


@dataclass(frozen=True)
class StoreUse:
    """What Redis says that it has sent and spent so far."""

    sent_bytes: int
    cpu_seconds: float

    @classmethod
    def now(cls, store: Redis) -> StoreUse:
        with store.pipeline(transaction=False) as pipe:
            pipe.info("stats")
            pipe.info("cpu")
            stats, cpu = pipe.execute()
        spent = cpu["used_cpu_user"] + cpu["used_cpu_sys"]
        return cls(int(stats["total_net_output_bytes"]), float(spent))
