"""One run, checked and encoded: what goes to each key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from results.codec import times
from results.codec.declared import (
    RUN_FIELDS,
    STEP_FIELDS,
    STEPS,
    is_boolean,
    is_count,
    is_duration,
    is_text,
)
from results.codec.records import parse_run
from results.codec.strict_json import MAX_INTEGER
from results.codec.timing import encode_member
from results.keys import RUN_ID
from results.recorder.fields import (
    aware_time,
    checked_test_id,
    encoded,
    json_text,
    json_value,
    time_text,
)

REQUIRED = ("run_id", "passed", "duration_ms", "started_at")
TIMES = ("started_at", "completed_at")
EXPECTED: Mapping[Callable[[Any], bool], str] = {
    is_text: "text",
    is_boolean: "true or false",
    is_count: "a whole number of 0 or more",
    is_duration: "a finite number of 0 or more",
}


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A run as it is stored; `score` is `started_at` in epoch seconds."""

    CLAIM: ClassVar[str] = " in progress"

    test_id: str
    run_id: str
    digest: str
    member: bytes
    point: str
    score: float
    last_result: str
    last_run_at: str
    incident: bytes | None

    @property
    def claim(self) -> str:
        """What the guard holds while the run is being written in steps."""
        return self.digest + self.CLAIM

    @classmethod
    def of(
        cls, test_id: str, run: Mapping[str, Any], *, alert_sent: bool = False
    ) -> RunEntry:
        """Check and encode one run; raises `ValueError` naming the field."""
        if not is_boolean(alert_sent):
            raise ValueError("alert_sent must be true or false")
        record = _checked_record(checked_test_id(test_id), run)
        member = encoded(json_text(record))
        # The last word has our reader: what it calls corrupt was never recorded.
        parse_run(member)
        started_at = aware_time(record["started_at"], "started_at")
        return cls(
            test_id=test_id,
            run_id=record["run_id"],
            digest=_digest(record),
            member=member,
            point=encode_member(record["duration_ms"], record["run_id"]),
            score=times.to_score(started_at),
            last_result="passed" if record["passed"] else "failed",
            last_run_at=str(times.to_text(started_at)),
            incident=None if record["passed"] else _incident(record, alert_sent),
        )


def _checked_record(test_id: str, run: Mapping[str, Any]) -> dict[str, Any]:
    missing = [name for name in REQUIRED if run.get(name) is None]
    if missing:
        raise ValueError(f"{missing[0]} is missing")
    if run.get("test_id", test_id) != test_id:
        raise ValueError("test_id of the run is another one")
    record = {"run_id": None, "test_id": test_id} | {
        name: _stored(value, name) for name, value in run.items()
    }
    _check_types(record, RUN_FIELDS, "")
    _check_run_id(record["run_id"])
    _check_steps(record.get(STEPS))
    if record["duration_ms"] > MAX_INTEGER:
        raise ValueError("duration_ms must not be over 2^53")
    return record


def _stored(value: object, name: object) -> Any:
    if not isinstance(name, str):
        raise ValueError("the run has a key that is no text")
    if name in TIMES and value is not None:
        return time_text(value, name)
    # One level is the record itself.
    return json_value(value, name, depth=2)


def _check_types(
    fields: Mapping[str, Any], rules: Mapping[str, Callable[[Any], bool]], path: str
) -> None:
    for name, is_right in rules.items():
        value = fields.get(name)
        if value is not None and not is_right(value):
            raise ValueError(f"{path}{name} must be {EXPECTED[is_right]}")


def _check_run_id(run_id: str) -> None:
    if not RUN_ID.fullmatch(run_id):
        raise ValueError(f"run_id must match {RUN_ID.pattern}")


def _check_steps(steps: Any) -> None:
    if steps is None:
        return
    if not isinstance(steps, list) or not all(isinstance(s, dict) for s in steps):
        raise ValueError(f"{STEPS} must be a list of objects")
    for index, step in enumerate(steps):
        _check_types(step, STEP_FIELDS, f"{STEPS}[{index}].")


def _digest(record: Mapping[str, Any]) -> str:
    """The same for the same content, in whatever order its keys came."""
    canonical = json.dumps(record, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _incident(record: Mapping[str, Any], alert_sent: bool) -> bytes:
    incident = {
        "run_id": record["run_id"],
        "test_id": record["test_id"],
        "error": record.get("error"),
        "details": record.get("details"),
        "started_at": record["started_at"],
        "alert_sent": alert_sent,
    }
    return encoded(json_text(incident))
