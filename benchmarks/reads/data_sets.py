"""Data as a writer stores it: runs of a given size, tests, their incidents.

Loaded with `pipeline`s of raw commands in the contract's shapes, not by our recorder:
what is measured is the reading of a foreign writer's data.
"""

from __future__ import annotations

import json
import random
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from zlib import crc32

from redis import Redis

WINDOW_SECONDS = 720 * 3600.0
BATCH_BYTES = 8_000_000
SEED = 20_260_214
FAILS_EVERY = 10


def load_runs(
    client: Redis,
    test_id: str,
    count: int,
    size_bytes: int,
    now: float,
    every_seconds: float | None = None,
) -> None:
    """So many runs, with their timing and incidents: over the last 720 hours, or one
    in so many seconds as far back as that reaches."""
    load_tests(client, [test_id], now)
    step = every_seconds or WINDOW_SECONDS / count
    # Oldest first, as they happened; no run lies on a window's edge.
    scores = [now - (count - number - 0.5) * step for number in range(count)]
    runs = iter(zip(range(count), scores, strict=True))
    while batch := list(islice(runs, max(1, BATCH_BYTES // size_bytes))):
        _store(client, test_id, batch, size_bytes)


def run_id_of(number: int) -> str:
    """Eight hex digits, and no two runs of a test with the same."""
    return f"{(number * 2_654_435_761) % 2**32:08x}"


def load_tests(client: Redis, test_ids: list[str], now: float) -> None:
    """Tests with their hashes, of which a few are paused or failing."""
    with client.pipeline(transaction=False) as pipe:
        for number, test_id in enumerate(test_ids):
            pipe.sadd("tests:all", test_id)
            pipe.hset(f"test:{test_id}", mapping=_definition(test_id, number, now))
        pipe.execute()


def _store(
    client: Redis, test_id: str, batch: list[tuple[int, float]], size_bytes: int
) -> None:
    with client.pipeline(transaction=False) as pipe:
        for number, score in batch:
            run = _run(test_id, number, score, size_bytes)
            pipe.zadd(f"results:{test_id}", {json.dumps(run): score})
            member = f"{run['duration_ms']}:{run['run_id']}"
            pipe.zadd(f"timing:{test_id}", {member: score})
            if not run["passed"]:
                pipe.lpush(f"incidents:{test_id}", json.dumps(_incident(run)))
        pipe.execute()


def _run(test_id: str, number: int, score: float, size_bytes: int) -> dict[str, Any]:
    passed = number % FAILS_EVERY != 0
    run: dict[str, Any] = {
        "run_id": run_id_of(number),
        "test_id": test_id,
        "passed": passed,
        "duration_ms": 9_000 + number % 5_000,
        "steps_passed": 5 if passed else 4,
        "steps_total": 5,
        "details": "All steps passed." if passed else "4 of 5 steps passed.",
        "step_results": [_step(step, passed) for step in range(1, 6)],
        "error": None if passed else "Step 5 failed: button not found",
        "triggered_by": "qstash",
        "started_at": _iso(score),
        "completed_at": _iso(score + 12.0),
    }
    return run | dict(_filling(size_bytes - len(json.dumps(run)), number))


def _filling(missing_bytes: int, number: int) -> Iterator[tuple[str, Any]]:
    """What real records are full of: a plan, a transcript, a screenshot."""
    rng = random.Random(SEED + number)
    steps = min(missing_bytes // 6, 8_000) // 120
    plan = [
        {"step_number": step, "description": f"Press the button of row {step}, wait"}
        | {"retries": [rng.randrange(9), 0], "optional": False, "timeout_ms": 30_000}
        for step in range(steps)
    ]
    yield "plan", plan
    missing_bytes -= len(json.dumps(plan)) + 60
    words = ('I pressed "OK" and saw the page.\n' * (missing_bytes // 120))[:12_000]
    yield "tinyfish_raw", words
    missing_bytes -= len(json.dumps(words))
    image = b64encode(rng.randbytes(max(0, missing_bytes) * 3 // 4))
    yield "screenshots", [image.decode()]


def _step(number: int, passed: bool) -> dict[str, Any]:
    return {
        "step_number": number,
        "passed": passed or number < 5,
        "details": f"Step {number}: the element was found and did what was expected",
        "retry_count": 0,
    }


def _incident(run: dict[str, Any]) -> dict[str, Any]:
    kept = ("run_id", "test_id", "error", "details", "started_at")
    return {name: run[name] for name in kept} | {"alert_sent": True}


def _definition(test_id: str, number: int, now: float) -> dict[Any, Any]:
    return {
        "id": test_id,
        "name": f"Login flow {number}",
        "url": f"https://shop-{number}.example.com/login",
        "goal": "Log in with the demo account and expect the dashboard. " * 4,
        "schedule": "*/15 * * * *",
        "schedule_id": f"scd_{test_id}",
        "alert_webhook": "",
        "variables": "[]",
        "status": "paused" if number % 7 == 3 else "active",
        "last_result": ("passed", "passed", "failed", "pending")[number % 4],
        "last_run_at": _iso(now - _ago(test_id, number)),
        "created_at": _iso(now - WINDOW_SECONDS),
        "updated_at": _iso(now - WINDOW_SECONDS),
    }


def _ago(test_id: str, number: int) -> float:
    """Seconds; within the last quarter of an hour, as the schedule says, and another
    one for each test, so that no two tie for a place among the newest."""
    return crc32(test_id.encode()) % 9_000 / 10 + number % 10_000 / 1e5


def _iso(score: float) -> str:
    return datetime.fromtimestamp(score, UTC).isoformat().replace("+00:00", "Z")
