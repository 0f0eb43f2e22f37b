"""Logging events: text fields in order, an id by Redis, the oldest let go."""

from datetime import datetime, timezone

import pytest

from results.recorder import Recorder
from tests.factories import NOW, TEST_ID

EVENTS = f"events:{TEST_ID}"


@pytest.fixture
def recorder(store):
    return Recorder(store)


def fields_of(store):
    [(_, fields)] = store.xrange(EVENTS)
    return {key.decode(): value.decode() for key, value in fields.items()}


def test_an_event_is_an_entry_whose_id_comes_back(recorder, store):
    first = recorder.log_event(TEST_ID, "plan_start", "Planning.")
    second = recorder.log_event(TEST_ID, "plan_complete", "Planned.")
    assert [entry_id.decode() for entry_id, _ in store.xrange(EVENTS)] == [
        first,
        second,
    ]


def test_every_value_is_stored_as_text(recorder, store):
    recorder.log_event(
        TEST_ID,
        "step_complete",
        "Step 1: café \ud83d\ude00 \ud800",
        timestamp="2026-02-16T12:00:00+00:00",
        run_id="a1b2c3d4",
        step_number=1,
        passed=True,
        skipped=False,
        ratio=0.5,
        steps=[{"step_number": 1, "description": "Öffnen"}],
        details={"retry": None},
        started_at=NOW,
        error=None,
        empty="",
    )
    assert fields_of(store) == {
        "type": "step_complete",
        "message": "Step 1: café \U0001f600 �",
        "timestamp": "2026-02-16T12:00:00+00:00",
        "run_id": "a1b2c3d4",
        "step_number": "1",
        "passed": "true",
        "skipped": "false",
        "ratio": "0.5",
        "steps": '[{"step_number":1,"description":"Öffnen"}]',
        "details": '{"retry":null}',
        "started_at": "2026-02-16T12:00:00Z",
        "empty": "",
    }
    assert list(fields_of(store))[:3] == ["type", "message", "timestamp"]


def test_an_event_without_a_time_is_of_now(recorder, store):
    before = datetime.now(timezone.utc)
    recorder.log_event(TEST_ID, "plan_start", "Planning.")
    text = fields_of(store)["timestamp"]
    assert text.endswith("Z")
    assert before <= datetime.fromisoformat(text) <= datetime.now(timezone.utc)


def test_old_events_are_let_go_roughly(store):
    recorder = Recorder(store, keep_events=10)
    for number in range(500):
        recorder.log_event(TEST_ID, "step_start", str(number))
    # Redis drops whole nodes of a hundred entries.
    assert 10 <= store.xlen(EVENTS) <= 200
    newest = store.xrevrange(EVENTS, count=1)[0][1]
    assert newest[b"message"] == b"499"


@pytest.mark.parametrize(
    ("told", "event"),
    [
        ("type must not be empty", {"type": ""}),
        ("type must be text", {"type": None}),
        ("message must be text", {"message": 7}),
        ("timestamp must have an offset", {"timestamp": "2026-02-16T12:00:00"}),
        ("timestamp must be a time", {"timestamp": 1_771_243_200}),
        ("timestamp must be a time", {"timestamp": ""}),
        ("ratio must be a finite number", {"ratio": float("nan")}),
        ("steps[0].n must be a finite number", {"steps": [{"n": float("inf")}]}),
        ("started_at must have an offset", {"started_at": datetime(2026, 2, 16)}),
        ("raw holds a bytes", {"raw": b"\xff"}),
    ],
)
def test_a_bad_field_is_refused_by_name(recorder, store, told, event):
    with pytest.raises(ValueError) as error:
        recorder.log_event(TEST_ID, **{"type": "error", "message": "Broken."} | event)
    assert str(error.value).startswith(told)
    assert store.keys() == []
