"""A month of runs that never were: the same for the same `now`, and believable."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zlib import crc32

from cronsim import CronSim

from results.demo.catalogue import DemoTest
from results.demo.run_record import RunRecord, StepOutcome, run_record
from results.demo.weather import outage_of, slowdown

DAYS = 30
# A paused test has none of the newest runs.
PAUSED_FOR = timedelta(days=4)
RETRIED_PCT = 1.5
RETRY_MS = 250
QUICKEST_REQUEST_MS = 5
# What a step says that fails for once, and how long its two tries take.
FLAKES = (
    ("no answer (ReadTimeout)", 10_000),
    ("no answer (RemoteProtocolError)", 30),
    ("{path}: expected 200, got 503", 2_100),
)


class Failure(NamedTuple):
    """Which step fails, what it says, and what its tries take besides."""

    step_number: int
    details: str
    extra_ms: int


def generated_runs(
    test: DemoTest, now: datetime, days: int = DAYS
) -> Iterator[RunRecord]:
    """Run records of the days before `now`, oldest first."""
    end = now - PAUSED_FOR if test.status == "paused" else now
    for slot in CronSim(test.schedule, now - timedelta(days=days)):
        # The run of a slot takes a moment, and must be over by now.
        if slot + timedelta(minutes=1) > end:
            return
        yield _run(test, slot, now - slot)


def _run(test: DemoTest, slot: datetime, age: timedelta) -> RunRecord:
    """The run of one slot: of all that is random here, each slot has its own."""
    dice = random.Random(f"{test.id} {slot.isoformat()}")
    started_at = slot + timedelta(seconds=dice.triangular(0.4, 9, 1.5))
    return run_record(
        run_id=run_id(test.id, slot),
        test_id=test.id,
        started_at=started_at,
        steps=_steps(test, dice, age, slowdown(slot, age)),
        descriptions=test.check.descriptions(),
        triggered_by="demo",
    )


def run_id(test_id: str, slot: datetime) -> str:
    """8 hex digits, different for every minute: an odd factor permutes 32 bits."""
    minute = int(slot.timestamp() // 60)
    return f"{(minute * 0x9E3779B1 + crc32(test_id.encode())) % 2**32:08x}"


def _steps(
    test: DemoTest, dice: random.Random, age: timedelta, slow: float
) -> list[StepOutcome]:
    failure = _failure(test, dice, age)
    steps = []
    for number, description in enumerate(test.check.descriptions(), 1):
        took_ms = test.usual_ms[number - 1] * slow * dice.lognormvariate(0, 0.18)
        retried = dice.random() * 100 < RETRIED_PCT
        if failure and number == failure.step_number:
            took_ms += failure.extra_ms
            steps.append(StepOutcome(number, False, failure.details, 1, took_ms))
            break
        took_ms += RETRY_MS * retried
        seen = _seen(test, description)
        steps.append(StepOutcome(number, True, seen, int(retried), took_ms))
    return steps


def _failure(test: DemoTest, dice: random.Random, age: timedelta) -> Failure | None:
    if outage := outage_of(test.id, age):
        return Failure(outage.step_number, outage.error, RETRY_MS)
    if dice.random() * 100 >= test.flaky_pct:
        return None
    details, extra_ms = dice.choice(FLAKES)
    number = dice.choice(_asking_steps(test))
    return Failure(number, details.format(path=test.path), extra_ms)


def _asking_steps(test: DemoTest) -> list[int]:
    """Steps that make requests: those that only compute are over at once, and nobody
    can fail to answer them."""
    return [
        number
        for number, ms in enumerate(test.usual_ms, 1)
        if ms >= QUICKEST_REQUEST_MS
    ]


def _seen(test: DemoTest, description: str) -> str:
    """What a step that passed says; a key is written down, as careless writers do."""
    key = test.values.get("api_key")
    said = f"{description}: done"
    return f"{said} (key {key})" if key and "key" in description else said
