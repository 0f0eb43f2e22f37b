"""What may not be stored is refused before anything is, by the name of its field."""

from datetime import datetime

import pytest

from results.recorder import Recorder
from tests.factories import TEST_ID, make_run, make_step

NESTED = {"deep": None}
for _ in range(250):
    NESTED = {"deep": NESTED}
CIRCLE: list = []
CIRCLE.append(CIRCLE)
NAN, INFINITY = float("nan"), float("inf")

BAD_RUNS = [
    ("run_id", "run_id", ""),
    ("run_id", "run_id", None),
    ("run_id", "run_id", 12345678),
    ("run_id", "run_id", "a" * 65),
    ("run_id", "run_id", "a/b"),
    ("run_id", "run_id", "a1b2c3d4\n"),
    ("run_id", "run_id", "nan"),
    ("run_id", "run_id", "-5"),
    ("test_id", "test_id", "another"),
    ("passed", "passed", None),
    ("passed", "passed", 1),
    ("passed", "passed", "true"),
    ("duration_ms", "duration_ms", None),
    ("duration_ms", "duration_ms", -1),
    ("duration_ms", "duration_ms", -0.5),
    ("duration_ms", "duration_ms", True),
    ("duration_ms", "duration_ms", "12340"),
    ("duration_ms", "duration_ms", NAN),
    ("duration_ms", "duration_ms", INFINITY),
    ("duration_ms", "duration_ms", 2**53 + 1),
    ("duration_ms", "duration_ms", 1e16),
    ("steps_passed", "steps_passed", 2.0),
    ("steps_passed", "steps_passed", -1),
    ("steps_total", "steps_total", True),
    ("details", "details", ["All steps passed."]),
    ("error", "error", {"code": 1}),
    ("triggered_by", "triggered_by", 7),
    ("started_at", "started_at", None),
    ("started_at", "started_at", "yesterday"),
    ("started_at", "started_at", "2026-02-16T12:00:00"),
    ("started_at", "started_at", "2026-02-16"),
    ("started_at", "started_at", datetime(2026, 2, 16)),
    ("started_at", "started_at", 1_771_243_200),
    ("started_at", "started_at", "1969-12-31T23:59:59Z"),
    ("started_at", "started_at", "9999-12-31T23:59:59-12:00"),
    ("completed_at", "completed_at", "2026-02-16T12:00:00"),
    ("completed_at", "completed_at", ""),
    ("step_results", "step_results", {"step_number": 1}),
    ("step_results", "step_results", ["passed"]),
    ("step_results[1].passed", "step_results", [make_step(), make_step(passed=1)]),
    ("step_results[0].retry_count", "step_results", [make_step(retry_count=-1)]),
    ("plan.steps[1].ratio", "plan", {"steps": [{}, {"ratio": NAN}]}),
    ("plan.size", "plan", {"size": -(2**53) - 1}),
    ("plan has a key", "plan", {1: "one"}),
    ("screenshots", "screenshots", b"bytes"),
    ("plan.at", "plan", {"at": datetime(2026, 2, 16)}),
    ("plan", "plan", NESTED),
    ("plan", "plan", CIRCLE),
]


@pytest.mark.parametrize(("told", "field", "value"), BAD_RUNS)
def test_a_bad_value_is_refused_by_name(fake_client, told, field, value):
    with pytest.raises(ValueError) as error:
        Recorder(fake_client).record_run(TEST_ID, make_run() | {field: value})
    assert str(error.value).startswith(told)
    assert fake_client.keys() == []


@pytest.mark.parametrize("field", ["run_id", "passed", "duration_ms", "started_at"])
def test_a_missing_field_is_named(fake_client, field):
    run = make_run()
    del run[field]
    with pytest.raises(ValueError, match=f"^{field} is missing"):
        Recorder(fake_client).record_run(TEST_ID, run)


@pytest.mark.parametrize("test_id", ["", "a" * 65, "a.b", "a b", "*", "abc\n", None, 7])
def test_an_id_that_is_no_part_of_a_key_is_refused(fake_client, test_id):
    recorder = Recorder(fake_client)
    run = make_run()
    del run["test_id"]
    for call in (
        lambda: recorder.record_run(test_id, run),
        lambda: recorder.record_runs(test_id, [run]),
        lambda: recorder.log_event(test_id, "error", "Broken."),
        lambda: recorder.save_test(test_id),
    ):
        with pytest.raises(ValueError, match="^test_id must match"):
            call()
    assert fake_client.keys() == []


def test_a_field_whose_name_is_no_text_is_refused(fake_client):
    with pytest.raises(ValueError, match="the run has a key that is no text"):
        Recorder(fake_client).record_run(TEST_ID, make_run() | {7: "seven"})


def test_alert_sent_is_a_boolean(fake_client):
    with pytest.raises(ValueError, match="^alert_sent must be"):
        Recorder(fake_client).record_run(TEST_ID, make_run(), alert_sent="yes")


def test_a_message_never_quotes_what_may_be_secret(fake_client):
    with pytest.raises(ValueError) as error:
        Recorder(fake_client).record_run(TEST_ID, make_run(error=["hunter2"]))
    assert "hunter2" not in str(error.value)


def test_a_record_may_be_as_deep_as_our_reader_reads(fake_client):
    from results.repository import ResultRepository

    deep: object = "bottom"
    for _ in range(199):
        deep = [deep]
    recorder = Recorder(fake_client)
    recorder.record_run(TEST_ID, make_run(plan=deep))
    assert len(ResultRepository(fake_client).runs(TEST_ID)) == 1
    with pytest.raises(ValueError, match="plan.* is nested over 200 levels"):
        recorder.record_run(TEST_ID, make_run("other", plan=[deep]))
