"""Everything that may be odd about stored data without it being a fault of ours."""

from __future__ import annotations

import time
from typing import Any

from tests.factories import (
    make_incident,
    make_run,
    make_variables,
    store_event,
    store_incident,
    store_runs,
    store_test,
    store_timing,
)

HOSTILE, GONE, UNREADABLE, WRONG = "hostile1", "hash-gone", "unreadable", "wrong-type"
TEXT = "</script><img src=x onerror=alert(1)> \u2028\u202e\x00 \U0001f600 {{user}} ***"
SECRET = "hunter22"


def store_hostile(client: Any) -> None:
    """One test: readable, and as unpleasant as that gets."""
    texts = ["name", "url", "goal", "schedule", "status", "last_result"]
    hidden = make_variables(pw=SECRET)
    store_test(client, HOSTILE, **dict.fromkeys(texts, TEXT), variables=hidden)
    now = time.time()
    records = [*_odd_records(), *_unreadable_records()]
    scored = [(record, now - 60 * place) for place, record in enumerate(records)]
    twice = make_run("twice", score=now)
    scored += [(twice, now - 1), (twice | {"passed": False}, now)]
    scored += [(make_run("far"), 1e17), (make_run("ahead"), now * 2)]
    store_runs(client, HOSTILE, scored)
    for member in ("12.5", "12340:a1b2c3d4", "a1b2c3d4:12340", "nan:x", "", "1e3"):
        store_timing(client, HOSTILE, member, now)
    store_timing(client, HOSTILE, "99", float("inf"))
    store_incident(client, HOSTILE, make_incident(run_id=None, alert_sent=0))
    store_incident(client, HOSTILE, {"error": TEXT, "details": [1], "more": {}})
    store_incident(client, HOSTILE, b"[]")
    store_event(client, HOSTILE, TEXT, message=TEXT, step_number=TEXT, **{TEXT: "x"})
    odd = {b"\xff": b"\xfe", b"message": SECRET.encode()}
    client.xadd(f"events:{HOSTILE}", odd)


def _odd_records() -> list[Any]:
    wrong = {"run_id": "odd", "passed": False, "duration_ms": "1", "error": ["x"]}
    wrong |= {"steps_total": -1, "started_at": 5, "step_results": [{"passed": 1}, 7]}
    return [
        wrong,
        {"run_id": "\U0001f600" * 64, "passed": True},
        make_run("huge", plan="x" * 300_000),
        make_run("secret", details=f"typed {SECRET}", extra={"a": [SECRET]}),
        make_run("numbers", duration_ms=1e300, steps_total=2**53 - 1, more=-0.5e-300),
        make_run("half", duration_ms=0.5, started_at="yesterday", completed_at=""),
        make_run(TEXT[:64], details=TEXT, error=TEXT, triggered_by=TEXT, **{TEXT: 1}),
        make_run("nested", tinyfish_data=_nested(150), step_results=[{TEXT: TEXT}]),
        b'{"run_id": "surrogate", "passed": true, "error": "\\ud800"}',
    ]


def _unreadable_records() -> list[bytes]:
    return [
        b"not JSON",
        b'{"run_id": "cut"',
        b'{"run_id": "nan", "passed": true, "duration_ms": NaN}',
        b"\xff\xfe",
    ]


def _nested(depth: int) -> Any:
    value: Any = "bottom"
    for _ in range(depth):
        value = {"in": value}
    return value


def store_half(client: Any) -> None:
    """Tests of which something is missing, unreadable, or of another type."""
    now = time.time()
    store_runs(client, GONE, [(make_run("left", of_a_writer="x"), now)])
    store_test(client, UNREADABLE, variables="?", created_at="", status="")
    store_runs(client, UNREADABLE, [(make_run("kept", test_id=None), now)])
    store_test(client, WRONG, last_run_at="", last_result="")
    for kind in ("results", "timing", "incidents"):
        client.set(f"{kind}:{WRONG}", "text")
    client.sadd("tests:all", "never-defined")
