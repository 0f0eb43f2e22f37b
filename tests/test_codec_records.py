"""Run and incident records: what is corrupt, what is normalised, what is kept."""

import json

import pytest

from results.codec import records
from results.domain import CorruptMember
from results.scrub import Scrubber
from tests.factories import RUN_ID, make_incident, make_run, make_step, to_member

NOTHING = Scrubber()
HUNTER = Scrubber.hiding(["hunter2"])
NOBODY_KNOWS = Scrubber(complete=False)

RUN_KEYS = {
    "run_id",
    "test_id",
    "passed",
    "duration_ms",
    "steps_passed",
    "steps_total",
    "details",
    "step_results",
    "error",
    "triggered_by",
    "started_at",
    "completed_at",
}


def run(record, scrubber=NOTHING, whole=True):
    return records.decode_run(to_member(record), scrubber, whole).fields


def incident(record, scrubber=NOTHING, whole=True):
    return records.decode_incident(to_member(record), scrubber, whole).fields


def test_a_complete_record_goes_out_as_it_came_in():
    record = make_run(duration_ms=12340.5)
    assert run(record) == record


def test_a_run_knows_its_id_and_its_outcome():
    found = records.decode_run(to_member(make_run(passed=False)), NOTHING, True)
    assert (found.run_id, found.passed) == (RUN_ID, False)


@pytest.mark.parametrize(
    "change",
    [
        {"run_id": None},
        {"run_id": ""},
        {"run_id": 12345678},
        {"run_id": "x" * 65},
        {"run_id": ["a1b2c3d4"]},
        {"passed": None},
        {"passed": "true"},
        {"passed": 1},
        {"passed": 0},
    ],
)
def test_a_record_without_an_id_or_a_clear_outcome_is_corrupt(change):
    with pytest.raises(CorruptMember):
        run(make_run(**change))


@pytest.mark.parametrize("missing", ["run_id", "passed"])
def test_a_record_that_lacks_what_counts_is_corrupt(missing):
    record = make_run()
    del record[missing]
    with pytest.raises(CorruptMember):
        run(record)


@pytest.mark.parametrize("raw", [b"not json", b"[]", b'{"run_id": "a", "passed": tru'])
def test_a_member_that_is_no_object_is_corrupt(raw):
    with pytest.raises(CorruptMember):
        run(raw)
    with pytest.raises(CorruptMember):
        incident(raw)


@pytest.mark.parametrize("run_id", ["x" * 64, "12345678", "12e45678", "a b:c", "é"])
def test_any_other_text_of_64_characters_is_a_run_id(run_id):
    assert run(make_run(run_id))["run_id"] == run_id


def test_a_missing_field_is_null_and_missing_steps_are_none():
    found = run({"run_id": RUN_ID, "passed": True})
    assert found.keys() == RUN_KEYS
    assert found.pop("step_results") == []
    assert {name for name, value in found.items() if value is not None} == {
        "run_id",
        "passed",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("test_id", 7),
        ("duration_ms", "12340"),
        ("duration_ms", -1),
        ("duration_ms", -0.5),
        ("duration_ms", True),
        ("duration_ms", [1]),
        ("steps_passed", "3"),
        ("steps_passed", 3.0),
        ("steps_passed", -1),
        ("steps_passed", False),
        ("steps_total", {}),
        ("details", 5),
        ("details", ["text"]),
        ("error", False),
        ("error", {"message": "text"}),
        ("triggered_by", 1.5),
        ("started_at", 1771063203),
        ("completed_at", {}),
    ],
)
def test_a_declared_field_of_a_wrong_type_is_null_and_never_coerced(field, value):
    assert run(make_run(**{field: value}))[field] is None


@pytest.mark.parametrize("steps", [None, "text", {}, 3, ["text"], [make_step(), None]])
def test_steps_of_a_wrong_type_are_none(steps):
    record = make_run()
    record["step_results"] = steps
    assert run(record)["step_results"] == []


def test_a_step_is_normalised_like_a_record_and_keeps_its_further_fields():
    step = {"step_number": "1", "passed": "yes", "selector": "#buy", "tries": [1, None]}
    assert run(make_run(step_results=[step]))["step_results"] == [
        {
            "step_number": None,
            "passed": None,
            "details": None,
            "retry_count": None,
            "selector": "#buy",
            "tries": [1, None],
        }
    ]


def test_unknown_fields_are_kept_whatever_they_hold():
    further = {"plan": {"steps": [1, {"a": None}]}, "screenshots": ["iVBOR"], "n": -1.5}
    found = run(make_run(**further))
    assert {name: found[name] for name in further} == further


def test_an_incident_goes_out_as_it_came_in():
    record = make_incident(severity="high", attempts=[1, 2])
    assert incident(record) == record


def test_any_object_is_an_incident():
    assert incident({}) == dict.fromkeys(make_incident())


@pytest.mark.parametrize(
    ("field", "value"),
    [("run_id", 5), ("error", []), ("details", 1), ("alert_sent", "true")]
    + [("started_at", 1.5), ("test_id", None)],
)
def test_an_incident_is_never_coerced_either(field, value):
    assert incident(make_incident(**{field: value}))[field] is None


def test_hidden_values_are_scrubbed_at_any_depth():
    record = make_run(
        details="typed hunter2",
        error="hunter2 refused",
        triggered_by="hunter2",
        step_results=[make_step(details="typed hunter2", log=["hunter2"])],
        plan={"steps": [{"say": "hunter2", "n": 1}], "hunter2": True},
    )
    found = run(record, HUNTER)
    assert found["details"] == "typed ***"
    assert found["error"] == "*** refused"
    assert found["triggered_by"] == "***"
    assert found["step_results"][0]["details"] == "typed ***"
    assert found["step_results"][0]["log"] == ["***"]
    assert found["plan"] == {"steps": [{"say": "***", "n": 1}], "hunter2": True}


def test_ids_times_and_booleans_are_never_scrubbed():
    record = make_run(
        "2026abcd", test_id="true2026", details="2026", ran={"started_at": "in 2026"}
    )
    found = run(record, Scrubber.hiding(["2026", "true", "True"]))
    assert found == record | {"details": "***"}


def test_an_incident_is_scrubbed_like_a_record():
    found = incident(make_incident(error="typed hunter2", x=["hunter2"]), HUNTER)
    assert (found["error"], found["x"]) == ("typed ***", ["***"])


def test_a_secret_spelled_with_json_escapes_is_found():
    raw = to_member(make_run(note="NOTE")).replace(b"NOTE", rb"\u0068unter\u0032")
    assert run(raw, HUNTER)["note"] == "***"


def test_nobody_knows_the_secrets_so_unknown_fields_are_withheld():
    record = make_run(plan={"x": 1}, step_results=[make_step(log="text")])
    found = run(record, NOBODY_KNOWS)
    assert found == make_run() | {"redacted": True}


@pytest.mark.parametrize("value", ["x", True, -1, None])
def test_only_we_say_what_was_cut_or_withheld(value):
    stored = make_run(truncated=value, size_bytes=value, redacted=value, further=1)
    assert run(stored) == make_run(further=1)
    stored = make_incident(truncated=value, size_bytes=value, redacted=value)
    assert incident(stored) == make_incident()


def test_what_is_known_of_the_secrets_is_scrubbed_from_declared_fields():
    found = run(make_run(details="hunter2"), Scrubber.hiding(["hunter2"], False))
    assert (found["details"], found["redacted"]) == ("***", True)


def test_an_incident_withholds_unknown_fields_too():
    found = incident(make_incident(extra=1), NOBODY_KNOWS)
    assert found == make_incident() | {"redacted": True}


def test_a_summary_has_the_scalars_and_its_size():
    record = make_run(plan="x" * 1000, error="e" * 501, details="d" * 500)
    found = run(record, whole=False)
    assert found == {
        **make_run(error="e" * 500, details="d" * 500, step_results=[]),
        "truncated": True,
        "size_bytes": len(to_member(record)),
    }


def test_a_summary_is_small_whatever_was_stored():
    found = run(make_run(triggered_by="x" * 100_000), whole=False)
    assert len(json.dumps(found)) < 2000


def test_text_is_scrubbed_before_it_is_cut():
    record = make_run(details="x" * 497 + "hunter2", error=None)
    found = run(record, HUNTER, whole=False)
    assert found["details"] == "x" * 497 + "***"
    assert found["error"] is None


def test_a_summary_of_an_incident_says_so_too():
    found = incident(make_incident(details="d" * 600, further=1), whole=False)
    assert len(found["details"]) == 500
    assert found["truncated"] is True
    assert "further" not in found


@pytest.mark.parametrize(
    ("sizes", "whole"),
    [
        ([], []),
        ([256 * 1024], [True]),
        ([256 * 1024 + 1], [False]),
        # A huge one takes nothing from its neighbours.
        ([10_000_000, 100, 10_000_000, 100], [False, True, False, True]),
        ([256 * 1024] * 8, [True] * 8),
        ([256 * 1024] * 8 + [1], [True] * 8 + [False]),
        # Full is full: a page does not skip one and show the next whole.
        ([200 * 1024] * 11 + [1], [True] * 10 + [False] * 2),
    ],
)
def test_a_page_holds_256_kb_a_record_and_2_mb_in_all(sizes, whole):
    members = [b"x" * size for size in sizes]
    found = list(records.whole_or_summary(members))
    assert [is_whole for _, is_whole in found] == whole
    assert [member for member, _ in found] == members
