"""Whether runs are stored as they should be: each once, everywhere, or not at all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from redis import Redis

from results.keys import Keys

# Test id and run id.
RunName = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Audit:
    """`lost` runs were acknowledged and are nowhere; `torn` ones are in some of their
    keys only, `doubled` ones twice in one; `stale` tests name another run their last.
    """

    acknowledged: int
    lost: int
    torn: int
    doubled: int
    stale: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong, not counting what was lost."""
        return not (self.torn or self.doubled or self.stale)

    def counts(self) -> dict[str, int]:
        """By name, for a row."""
        return {name: getattr(self, name) for name in self.__slots__}


def audit(
    client: Redis, tried: Mapping[RunName, bool], acknowledged: Iterable[RunName]
) -> Audit:
    """Look at every run that was tried; `tried` says whether each one passed."""
    known = set(acknowledged)
    found = Counter[str]()
    keys = Keys()
    for test_id in sorted({test_id for test_id, _ in tried}):
        places = _places(client, keys, test_id)
        runs = [(run_id, p) for (test, run_id), p in tried.items() if test == test_id]
        for run_id, passed in runs:
            asked = places[:3] if passed else places
            times = [place[run_id] for place in asked]
            found["lost"] += (test_id, run_id) in known and not places[0][run_id]
            found["torn"] += len(set(map(bool, times))) > 1
            found["doubled"] += max(times) > 1
        found["stale"] += _is_stale(client, keys, test_id)
    return Audit(
        len(known), *(found[name] for name in ("lost", "torn", "doubled", "stale"))
    )


def _places(client: Redis, keys: Keys, test_id: str) -> list[Counter[str]]:
    """How often each run id is in the results, the timing, the guard, the incidents."""
    reply: Any = client.zrange(keys.results(test_id), 0, -1)
    points: Any = client.zrange(keys.timing(test_id), 0, -1)
    guard: Any = client.hkeys(keys.recorded(test_id))
    incidents: Any = client.lrange(keys.incidents(test_id), 0, -1)
    return [
        Counter(json.loads(member)["run_id"] for member in reply),
        Counter(point.decode().partition(":")[2] for point in points),
        Counter(run_id.decode() for run_id in guard),
        Counter(json.loads(incident)["run_id"] for incident in incidents),
    ]


def _is_stale(client: Redis, keys: Keys, test_id: str) -> bool:
    newest: Any = client.zrange(keys.results(test_id), -1, -1)
    told: list[bytes | None] = cast(Any, client).hmget(
        keys.test(test_id), ["last_result", "last_run_at"]
    )
    if not newest:
        return told != [None, None]
    run = json.loads(newest[0])
    result = "passed" if run["passed"] else "failed"
    return told != [result.encode(), run["started_at"].encode()]
