"""How a run is recorded here: by a script, and where that is refused, otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from redis import Redis
from redis.cluster import RedisCluster
from redis.exceptions import ClusterCrossSlotError, NoPermissionError, ResponseError

from results.keys import Keys
from results.recorder.entry import RunEntry
from results.recorder.outcome import Limits, Recorded, RunKeys
from results.recorder.script import record_batch_by_script, record_by_script
from results.recorder.steps import record_in_steps
from results.recorder.transaction import record_in_transaction
from results.trip import Spread

Way = Callable[[Redis, RunKeys, RunEntry, Limits], Recorded]

BATCH_RUNS = 200
BATCH_BYTES = 4 * 1024 * 1024


class Ways:
    """Records entries in the best way that the server allows, found out once."""

    def __init__(self, client: Redis, keys: Keys, limits: Limits) -> None:
        self.client = client
        self.keys = keys
        self.limits = limits
        in_cluster = isinstance(client, RedisCluster | Spread)
        in_steps = in_cluster and not keys.is_tagged
        self.way: Way = record_in_steps if in_steps else record_by_script

    def record(self, entry: RunEntry) -> Recorded:
        """Record one run; a refused way changed nothing, so another may follow."""
        names = RunKeys.of(self.keys, entry.test_id)
        while True:
            try:
                return self.way(self.client, names, entry, self.limits)
            except ResponseError as refusal:
                self.way = self._next_way(refusal)

    def record_batch(self, entries: list[RunEntry]) -> list[Recorded]:
        """Record runs of one test, by the script in one round trip."""
        # No script goes into a pipeline of redis-py's client for a Cluster.
        if self.way is record_by_script and not isinstance(self.client, RedisCluster):
            names = RunKeys.of(self.keys, entries[0].test_id)
            try:
                return record_batch_by_script(self.client, names, entries, self.limits)
            except ResponseError as refusal:
                self.way = self._next_way(refusal)
        return [self.record(entry) for entry in entries]

    def _next_way(self, refusal: ResponseError) -> Way:
        if isinstance(refusal, ClusterCrossSlotError):
            return record_in_steps
        if self.way is record_by_script and _is_without_scripts(refusal):
            return record_in_transaction
        raise refusal


def batches(entries: Iterable[RunEntry]) -> Iterator[list[RunEntry]]:
    """The entries in order, at most 200 or about 4 MB at a time."""
    batch: list[RunEntry] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += len(entry.member)
        if len(batch) >= BATCH_RUNS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _is_without_scripts(refusal: ResponseError) -> bool:
    """Whether the server refused EVAL itself: the user may not, or it has none."""
    message = str(refusal).lower()
    refused = isinstance(refusal, NoPermissionError) or "unknown command" in message
    return refused and "'eval'" in message
