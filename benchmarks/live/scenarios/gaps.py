"""Positions that cannot be followed: every client is told, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.live.crowd import Crowd
from benchmarks.live.figures import Row
from benchmarks.live.listener import Listener, Reset
from benchmarks.live.loads import path
from benchmarks.live.scenarios.damages import CASES, STORED, Case
from benchmarks.live.scenarios.sizes import LIMITS_OFF, SOURCES, Scale
from benchmarks.live.servers import PRODUCT
from benchmarks.live.stage import Stage, stage
from benchmarks.live.verdict import Verdict, judge
from benchmarks.live.writing import test_id

NEW = 5
WAIT_SECONDS = 20.0


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


async def play(
    here: Stage, case: Case, listeners: int, number: int = 0, sources: int = 1
) -> Outcome:
    """So many clients of a stream that is damaged get some new entries, too."""
    test, store = test_id(number), here.store
    key = f"events:{test}"
    store.add_test(test, STORED)
    paths, stored = [path(number)] * listeners, store.ids(test)
    async with Crowd(here.ports, sources=sources) as crowd:
        if case.is_connected:
            await crowd.join(paths, "0")
            await crowd.has_received(listeners * STORED, WAIT_SECONDS)
        resume_after, expected = case.damage(store, key, stored)
        before = stored if case.is_connected else []
        if not case.is_connected:
            await crowd.join(paths, resume_after)
        truth = before + expected
        await crowd.has_received(listeners * len(truth), WAIT_SECONDS)
        truth += store.add(test, NEW)
        await crowd.has_received(listeners * len(truth), WAIT_SECONDS)
        wanted = [Reset(len(before), case.reason)] if case.reason else []
        return _outcome(case, crowd.listeners, wanted, truth)


def _outcome(
    case: Case, listeners: list[Listener], wanted: list[Reset], truth: list[str]
) -> Outcome:
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
