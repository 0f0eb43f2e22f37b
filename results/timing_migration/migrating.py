"""The timing of one test, rewritten in one MULTI that nobody's write gets lost in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from redis import Redis
from redis.client import Pipeline

from results.domain import UnreadableKey
from results.keys import Keys
from results.timing_migration.attributing import Member, RecordedRuns
from results.timing_migration.planning import Rewrites, TimingPlan, plan_for
from results.watched import watched

Item = TypeVar("Item")
RECORDS_A_TRIP = 50
MEMBERS_A_COMMAND = 1000
_GLOB = re.compile(r"([*?\[\]\\])")


@dataclass(frozen=True, slots=True)
class TimingReport:
    """How many timing members a test has, and what became, or would become, of them.

    `rewritten`, `current`, `kept` and `unreadable` add up to `total`.
    """

    test_id: str
    total: int
    rewritten: int
    current: int
    kept: int
    unreadable: int


def ids_with_timing(client: Redis, keys: Keys) -> list[str]:
    """The ids of all tests that have timing, listed or not, in order."""
    before, after = keys.timing("*").split("*")
    glob = f"{_escaped(before)}*{_escaped(after)}"
    found = client.scan_iter(match=glob, count=1000)
    names = (name.decode("latin-1") for name in found)
    ids = {keys.test_id_in(name, keys.timing("*")) for name in names}
    return sorted(test_id for test_id in ids if test_id)


def migrate_timing(
    client: Redis, keys: Keys, test_id: str, *, dry_run: bool = False
) -> TimingReport:
    """Rewrite the legacy timing members of one test; scores stay.

    Raises `UnreadableKey` for a key of another type, and `WatchError` when a writer
    was faster twenty times; nothing was written then.
    """
    timing = keys.timing(test_id)
    for key in (timing, keys.results(test_id)):
        _check_type(client, key)
    # Read ahead of the transaction: a run that arrives meanwhile is for the next time.
    certain = all(member.is_certain for member in _members(client, timing))
    runs = RecordedRuns() if certain else _recorded_runs(client, keys.results(test_id))

    def attempt(pipe: Pipeline) -> TimingReport:
        members = _members(pipe, timing)
        plan = plan_for(members, runs)
        if plan.rewrites and not dry_run:
            pipe.multi()
            _queue(pipe, timing, plan.rewrites)
            pipe.execute()
        return _report(test_id, plan)

    return watched(client, (timing,), attempt)


def _escaped(text: str) -> str:
    return _GLOB.sub(r"\\\1", text)


def _check_type(client: Redis, key: str) -> None:
    found: Any = client.type(key)
    if found not in (b"none", b"zset"):
        raise UnreadableKey(f"{key} is a {found.decode()}: left as it is")


def _members(asked: Redis | Pipeline, timing: str) -> list[Member]:
    stored: Any = asked.zrange(timing, 0, -1, withscores=True)
    return [Member.of(member, score) for member, score in stored]


def _recorded_runs(client: Redis, results: str) -> RecordedRuns:
    runs = RecordedRuns()
    for member, score in _newest_first(client, results):
        runs.add(member, score)
    return runs


def _newest_first(client: Redis, results: str) -> Iterator[tuple[bytes, float]]:
    """From the newest end: what arrives meanwhile makes us meet some twice, never miss
    one."""
    start = 0
    while True:
        chunk: Any = client.zrevrange(
            results, start, start + RECORDS_A_TRIP - 1, withscores=True
        )
        if not chunk:
            return
        yield from chunk
        start += RECORDS_A_TRIP


def _queue(pipe: Pipeline, timing: str, rewrites: Rewrites) -> None:
    """First everything old goes: a new member may look as another's old one did."""
    for old in _chunks([member.stored for member in rewrites]):
        pipe.zrem(timing, *old)
    for new in _chunks([(new, member.score) for member, new in rewrites.items()]):
        pipe.zadd(timing, dict(new))


def _chunks(items: list[Item]) -> Iterator[list[Item]]:
    for start in range(0, len(items), MEMBERS_A_COMMAND):
        yield items[start : start + MEMBERS_A_COMMAND]


def _report(test_id: str, plan: TimingPlan) -> TimingReport:
    counts = (len(plan.rewrites), plan.current, plan.kept, plan.unreadable)
    return TimingReport(test_id, sum(counts), *counts)
