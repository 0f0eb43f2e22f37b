"""What a writer stores, in the contract's raw shapes.

Independent of our recorder, on purpose: a mistake there must not look right here.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

TEST_ID = "abc12345"
RUN_ID = "a1b2c3d4"
# The present of the tests that hand `now` in; a Monday.
NOW = datetime(2026, 2, 16, 12, 0, tzinfo=timezone.utc)
NOW_SCORE = NOW.timestamp()
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


def ago(**units: float) -> float:
    """The score of a moment before `NOW`: `ago(hours=3)`."""
    return (NOW - timedelta(**units)).timestamp()


def iso(score: float) -> str:
    """The time of a score as writers put it into a record."""
    moment = datetime.fromtimestamp(score, timezone.utc)
    return moment.isoformat().replace("+00:00", "Z")


def make_run(
    run_id: str = RUN_ID, passed: bool = True, score: float = NOW_SCORE, **fields: Any
) -> dict[str, Any]:
    """A complete RunRecord; `fields` replaces or adds some."""
    steps = fields.pop("step_results", None)
    return {
        "run_id": run_id,
        "test_id": TEST_ID,
        "passed": passed,
        "duration_ms": 12340,
        "steps_passed": 3 if passed else 2,
        "steps_total": 3,
        "details": "All steps passed." if passed else "2 of 3 steps passed.",
        "step_results": [make_step(1)] if steps is None else steps,
        "error": None if passed else "Step 3 failed: button not found",
        "triggered_by": "qstash",
        "started_at": iso(score),
        "completed_at": iso(score + 12.34),
    } | fields


def make_step(number: int = 1, **fields: Any) -> dict[str, Any]:
    """One element of `step_results`."""
    return {
        "step_number": number,
        "passed": True,
        "details": f"Step {number}: done",
        "retry_count": 0,
    } | fields


def make_incident(run_id: str = RUN_ID, **fields: Any) -> dict[str, Any]:
    """A complete IncidentRecord."""
    return {
        "run_id": run_id,
        "test_id": TEST_ID,
        "error": "Step 3 failed: button not found",
        "details": "2 of 3 steps passed.",
        "started_at": iso(NOW_SCORE),
        "alert_sent": True,
    } | fields


def make_hash(test_id: str = TEST_ID, **fields: str) -> dict[str, str]:
    """The fields of `test:{id}`."""
    return {
        "id": test_id,
        "name": "Login Flow",
        "url": "https://myapp.com/login",
        "goal": "Log in and expect the dashboard",
        "schedule": "*/15 * * * *",
        "schedule_id": f"scd_{test_id}",
        "alert_webhook": "",
        "variables": "[]",
        "status": "active",
        "last_result": "passed",
        "last_run_at": iso(NOW_SCORE),
        "created_at": "2026-02-13T18:20:11.004211+00:00",
        "updated_at": "2026-02-13T18:20:11.004211+00:00",
    } | fields


def make_variables(**hidden: str) -> str:
    """The `variables` field with these hidden values, and one that is shown."""
    shown = [{"name": "user", "value": "demo@example.com", "hidden": False}]
    secret = [{"name": n, "value": v, "hidden": True} for n, v in hidden.items()]
    return json.dumps(shown + secret)


def to_member(record: Any) -> bytes:
    """A record as the bytes of a member; bytes stay as they are."""
    return record if isinstance(record, bytes) else json.dumps(record).encode()


def store_test(client: Any, test_id: str = TEST_ID, **fields: str) -> None:
    """A test as the writer's API creates it: in the index, with its hash."""
    client.sadd("tests:all", test_id)
    client.hset(f"test:{test_id}", mapping=make_hash(test_id, **fields))


def store_run(
    client: Any, test_id: str, run: dict[str, Any] | bytes, score: float = NOW_SCORE
) -> None:
    """A run with its timing and, if failed, its incident; bytes: the member alone."""
    client.zadd(f"results:{test_id}", {to_member(run): score})
    if isinstance(run, bytes):
        return
    store_timing(client, test_id, f"{run['duration_ms']}:{run['run_id']}", score)
    if not run["passed"]:
        store_incident(client, test_id, make_incident(run["run_id"]))


def store_runs(
    client: Any, test_id: str, runs: list[tuple[dict[str, Any] | bytes, float]]
) -> None:
    """Many members of `results:{id}` in one trip, without timing and incidents."""
    client.zadd(f"results:{test_id}", {to_member(run): score for run, score in runs})


def store_timing(client: Any, test_id: str, member: str | bytes, score: float) -> None:
    client.zadd(f"timing:{test_id}", {member: score})


def store_incident(client: Any, test_id: str, incident: dict[str, Any] | bytes) -> None:
    """The newest incident: writers push to the left."""
    client.lpush(f"incidents:{test_id}", to_member(incident))


def store_event(client: Any, test_id: str, type: str, **fields: str) -> str:
    """An entry of the event stream; its id, as text."""
    entry = {"type": type, "message": type, "timestamp": iso(NOW_SCORE)} | fields
    return str(client.xadd(f"events:{test_id}", entry).decode())
