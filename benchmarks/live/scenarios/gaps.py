"""Positions that cannot be resumed: every client is told, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.live.crowd import Crowd
from benchmarks.live.figures import Row
from benchmarks.live.listener import Listener, Reset
from benchmarks.live.loads import path
from benchmarks.live.scenarios.sizes import LIMITS_OFF, SOURCES, Scale
from benchmarks.live.servers import PRODUCT
from benchmarks.live.stage import Stage, stage
from benchmarks.live.store import Store
from benchmarks.live.verdict import Verdict, judge
from benchmarks.live.writing import test_id

# More than a page of the replay, so that what follows a reset is read in parts.
STORED = 400
NEW = 5
WAIT_SECONDS = 20.0

# What happens to a stream with these ids while its clients are away; the id with which
# they come back, and the ids that they must get then.
Damage = Callable[[Store, str, list[str]], tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Case:
    """`reason` is what clients must be told, before any event; None for nothing."""

    name: str
    reason: str | None
    damage: Damage


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many clients of a case were told as they had to be, and what they got."""

    case: Case
    told: int
    verdict: Verdict
    instead: list[Reset] | None

    @property
    def is_honest(self) -> bool:
        return self.told == self.verdict.listeners and self.verdict.is_exact


def _trimmed(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    store.client.xtrim(key, maxlen=STORED // 2, approximate=False)
    return ids[20], ids[-STORED // 2 :]


def _anchor_deleted(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    store.client.xdel(key, ids[20])
    return ids[20], ids[:20] + ids[21:]


def _gone(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    store.client.delete(key)
    return ids[20], []


def _ahead(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    ahead = int(ids[-1].partition("-")[0]) + 3_600_000
    return f"{ahead}-0", ids


def _behind(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    return ids[20], ids[21:]


def _at_the_end(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    return ids[-1], []


def _at_the_start(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    return "0", ids


def _trimmed_behind(store: Store, key: str, ids: list[str]) -> tuple[str, list[str]]:
    store.client.xtrim(key, maxlen=STORED // 2, approximate=False)
    return ids[300], ids[301:]


CASES = (
    Case("trimmed", "trimmed", _trimmed),
    Case("its entry deleted", "trimmed", _anchor_deleted),
    Case("stream deleted", "gone", _gone),
    Case("ahead of the stream", "ahead", _ahead),
    Case("nothing missing", None, _behind),
    Case("trimmed before its position", None, _trimmed_behind),
    Case("at the last entry", None, _at_the_end),
    Case("from the start", None, _at_the_start),
)


async def play(
    here: Stage, case: Case, listeners: int, number: int = 0, sources: int = 1
) -> Outcome:
    """So many clients come back to a damaged stream and stay for some new entries."""
    test, store = test_id(number), here.store
    key = f"events:{test}"
    store.add_test(test)
    for _ in range(STORED - 1):
        store.add(test)
    resume_after, expected = case.damage(store, key, store.ids(test))
    async with Crowd(here.ports, sources=sources) as crowd:
        await crowd.join([path(number)] * listeners, resume_after)
        await crowd.has_received(listeners * len(expected), WAIT_SECONDS)
        truth = expected + [store.add(test) for _ in range(NEW)]
        await crowd.has_received(listeners * len(truth), WAIT_SECONDS)
        return _outcome(case, crowd.listeners, truth)


def _outcome(case: Case, listeners: list[Listener], truth: list[str]) -> Outcome:
    wanted = [Reset(0, case.reason)] if case.reason else []
    others = [one.resets for one in listeners if one.resets != wanted]
    told = len(listeners) - len(others)
    return Outcome(case, told, judge(listeners, truth), others[0] if others else None)


async def honesty(scale: Scale) -> list[Row]:
    """Trimmed, deleted, ahead, and nothing of it; 100 clients each."""
    async with stage(PRODUCT, LIMITS_OFF) as here:
        outcomes = [
            await play(here, case, scale.of(100), number, SOURCES)
            for number, case in enumerate(CASES)
        ]
    return [_row(outcome) for outcome in outcomes]


def _row(outcome: Outcome) -> Row:
    case, verdict = outcome.case, outcome.verdict
    count = f"{outcome.told} of {verdict.listeners}"
    told = f"{count} told" if case.reason else f"{count} without a reset"
    asked = f"reset: {case.reason}" if case.reason else "no reset"
    return Row(
        "positions of clients that come back",
        case.name,
        f"{told}, {verdict}",
        f"{asked}, then all",
        outcome.is_honest,
    )
