"""A deployed writer's Redis, a long history, and tests for the live feed."""

from __future__ import annotations

import math
import time
from datetime import datetime, timezone
from typing import Any

from results.dump import load_keys, read_keys, shifted_to
from results.recorder import Recorder
from tests.client_stage.hostile import store_half, store_hostile
from tests.dumps import FILE
from tests.factories import make_run, make_step

LONG, LIVE, QUIET = "checkout-flow", "login-live", "quiet-test"
DEPLOYED = "3f9ac21b"
LONG_RUNS = 250
QUARTER_HOUR = 900.0
STEPS = ("Open the shop", "Add a product", "Pay", "See the receipt")
Event = tuple[str, dict[str, Any]]


def store_everything(client: Any) -> None:
    """All of it into an empty store, with times up to now."""
    with FILE.open("rb") as lines:
        keys = read_keys(lines)
    load_keys(client, shifted_to(datetime.now(timezone.utc), keys))
    recorder = Recorder(client)
    _define(recorder, LIVE, "Login, running now")
    _define(recorder, QUIET, "Never anything new")
    recorder.log_event(QUIET, "plan_start", "Planning test for https://myapp.com")
    _store_long(recorder)
    store_hostile(client)
    store_half(client)


def _define(recorder: Recorder, test_id: str, name: str) -> None:
    recorder.save_test(
        test_id,
        name=name,
        url="https://myapp.com/login",
        goal="Log in and expect the dashboard",
        schedule="*/5 * * * *",
        status="active",
        last_result="pending",
    )


def _store_long(recorder: Recorder) -> None:
    """A run each quarter of an hour, some of them failed, three in a row."""
    _define(recorder, LONG, "Checkout flow")
    newest = math.floor(time.time()) - 60
    scores = [newest - QUARTER_HOUR * age for age in reversed(range(LONG_RUNS))]
    recorder.record_runs(
        LONG,
        [
            run_of(LONG, f"{number:08x}", score, _fails(number), number)
            for number, score in enumerate(scores)
        ],
    )


def _fails(number: int) -> bool:
    return number % 41 == 17 or number in (120, 121, 122)


def run_of(
    test_id: str, run_id: str, score: float, failed: bool, number: int
) -> dict[str, Any]:
    """A run with fields that the contract does not know; the duration is a wave."""
    wave = 2400 * math.sin(number / 9) + 900 * math.sin(number * 1.7)
    passed = 2 if failed else len(STEPS)
    return make_run(
        run_id,
        not failed,
        score,
        test_id=test_id,
        duration_ms=round(11_000 + wave + (9000 if failed else 0)),
        steps_total=len(STEPS),
        steps_passed=passed,
        step_results=[
            make_step(place + 1, passed=place < passed, details=f"{what}: done")
            for place, what in enumerate(STEPS)
        ],
        details=f"{passed} of {len(STEPS)} steps passed.",
        error="Step 3 failed: the pay button stays disabled" if failed else None,
        streaming_url="https://stream.example/session",
        plan={"steps": list(STEPS), "nested": {"deep": [1, 2.5, None, {"x": "y"}]}},
    )


def live_run(number: int) -> tuple[list[Event], dict[str, Any]]:
    """Events of one run of `LIVE`, and its record; every third run fails."""
    run_id, failed = f"a0{number:06x}", number % 3 == 2
    plan = [{"step_number": n + 1, "description": s} for n, s in enumerate(STEPS)]
    events: list[Event] = [("plan_start", {}), ("plan_complete", {"steps": plan})]
    for place in range(3 if failed else len(STEPS)):
        step = {"step_number": place + 1}
        events.append(("step_start", step))
        events.append(("step_complete", step | {"passed": not failed or place < 2}))
    events.append(("eval_complete", {"passed": not failed}))
    record = run_of(LIVE, run_id, time.time(), failed, number)
    return [(kind, {"run_id": run_id, **more}) for kind, more in events], record


def message_of(kind: str, fields: dict[str, Any]) -> str:
    """What a writer would say about it."""
    step = fields.get("step_number")
    named = f" {step}: {STEPS[step - 1]}" if step else ""
    outcome = {True: ", passed", False: ", failed"}.get(fields.get("passed"), "")
    return f"{kind.replace('_', ' ').capitalize()}{named}{outcome}"
