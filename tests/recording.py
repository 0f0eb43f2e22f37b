"""What tests of the recorder share: runs to record, and the store at a glance."""

from __future__ import annotations

import json
from typing import Any

from results.keys import Keys
from results.recorder import Recorder
from results.recorder.script import record_by_script
from results.recorder.steps import record_in_steps
from results.recorder.transaction import record_in_transaction
from tests.factories import NOW_SCORE, TEST_ID, make_run

WAYS = {
    "script": record_by_script,
    "transaction": record_in_transaction,
    "steps": record_in_steps,
}


def recorder_by(way: str, client: Any, **limits: Any) -> Recorder:
    """A recorder that records in this way, whatever the server would allow."""
    recorder = Recorder(client, Keys(limits.pop("prefix", "")), **limits)
    recorder._ways.way = WAYS[way]
    return recorder


def run_at(minutes: float, run_id: str, passed: bool = True, **fields: Any) -> Any:
    """A run that many minutes after `NOW`."""
    return make_run(run_id, passed, NOW_SCORE + 60 * minutes, **fields)


def stored_ids(client: Any) -> tuple[list[str], list[str], set[str]]:
    """Run ids of the records, oldest first, of the timing points, and of the guard."""
    records = client.zrange(f"results:{TEST_ID}", 0, -1)
    points = client.zrange(f"timing:{TEST_ID}", 0, -1)
    guard = client.hkeys(Keys().recorded(TEST_ID))
    return (
        [json.loads(record)["run_id"] for record in records],
        [point.decode().partition(":")[2] for point in points],
        {run_id.decode() for run_id in guard},
    )


def everything(client: Any) -> dict[bytes, Any]:
    """Each key with what it holds; the run index is for reads and follows by itself."""
    index = {name.encode() for name in Keys().index(TEST_ID)}
    read = {
        b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        b"hash": client.hgetall,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"set": client.smembers,
        b"stream": client.xrange,
        b"string": client.get,
    }
    return {
        key: read[client.type(key)](key) for key in sorted(set(client.keys()) - index)
    }
