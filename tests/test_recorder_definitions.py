"""Saving tests: the hash, the index, and the memory of what must stay hidden."""

import json
from datetime import datetime, timezone

import pytest

from results.domain import UnreadableKey
from results.keys import Keys
from results.recorder import Recorder
from tests.factories import NOW, TEST_ID, make_variables, store_test
from tests.recording import everything
from tests.stored_events import recent_entries

TEST, HIDDEN = f"test:{TEST_ID}", Keys().hidden(TEST_ID)
WEBHOOK = "https://hooks.example.com/T000/B000/not-a-real-secret"


@pytest.fixture
def recorder(store):
    return Recorder(store)


def hash_of(store):
    return {k.decode(): v.decode() for k, v in store.hgetall(TEST).items()}


def variables(**hidden):
    return [{"name": n, "value": v, "hidden": True} for n, v in hidden.items()]


def test_a_test_is_a_hash_and_listed(recorder, store, repository):
    recorder.save_test(
        TEST_ID,
        name="Login Flow",
        url="https://myapp.com/login",
        goal="Log in",
        schedule="*/15 * * * *",
        schedule_id="scd_1",
        alert_webhook="",
        variables=[{"name": "user", "value": "demo@example.com"}],
        status="paused",
        last_result="pending",
        last_run_at=None,
        created_at=NOW,
        updated_at="2026-02-16T13:00:00+01:00",
    )
    assert hash_of(store) == {
        "id": TEST_ID,
        "name": "Login Flow",
        "url": "https://myapp.com/login",
        "goal": "Log in",
        "schedule": "*/15 * * * *",
        "schedule_id": "scd_1",
        "alert_webhook": "",
        "variables": '[{"name":"user","value":"demo@example.com","hidden":false}]',
        "status": "paused",
        "last_result": "pending",
        "last_run_at": "",
        "created_at": "2026-02-16T12:00:00Z",
        "updated_at": "2026-02-16T13:00:00+01:00",
    }
    [test] = repository.tests().tests
    assert (test.id, test.name, test.created_at) == (TEST_ID, "Login Flow", NOW)
    assert not store.exists(HIDDEN)


def test_created_at_is_set_once_and_updated_at_each_time(recorder, store):
    before = datetime.now(timezone.utc)
    recorder.save_test(TEST_ID)
    created = hash_of(store)
    assert created["created_at"] == created["updated_at"]
    assert before <= datetime.fromisoformat(created["created_at"])
    recorder.save_test(TEST_ID, status="error")
    updated = hash_of(store)
    assert updated["created_at"] == created["created_at"]
    assert updated["updated_at"] > created["updated_at"]


def test_fields_that_are_not_given_stay(recorder, store):
    recorder.save_test(TEST_ID, name="Login Flow", status="active")
    recorder.save_test(TEST_ID, name="Sign-in", variables=None, last_result=None)
    stored = hash_of(store)
    assert (stored["name"], stored["status"]) == ("Sign-in", "active")
    assert (stored["variables"], stored["last_result"]) == ("[]", "")


def test_hidden_values_and_webhooks_are_remembered(recorder, store):
    shown = [{"name": "user", "value": "demo@example.com", "hidden": False}]
    recorder.save_test(TEST_ID, variables=shown + variables(password="first-password"))
    recorder.save_test(
        TEST_ID, variables=variables(password="second-password", empty="")
    )
    recorder.save_test(TEST_ID, alert_webhook=WEBHOOK)
    recorder.save_test(TEST_ID, alert_webhook="", variables=[])
    assert store.smembers(HIDDEN) == {
        b"first-password",
        b"second-password",
        WEBHOOK.encode(),
    }


def test_what_a_foreign_writer_hid_before_is_remembered(recorder, store):
    hidden = make_variables(password="foreign-password")
    store_test(store, variables=hidden, alert_webhook=WEBHOOK)
    recorder.save_test(TEST_ID, variables=[], alert_webhook="")
    assert store.smembers(HIDDEN) == {b"foreign-password", WEBHOOK.encode()}


def test_a_former_password_stays_hidden_in_old_records(recorder, repository):
    recorder.save_test(TEST_ID, variables=variables(password="first-password"))
    recorder.log_event(TEST_ID, "error", "Typed first-password into the form.")
    recorder.save_test(TEST_ID, variables=variables(password="second-password"))
    [entry] = recent_entries(repository.client, TEST_ID, 10)
    assert entry.fields["message"] == "Typed *** into the form."


def test_a_key_that_is_no_hash_is_left_alone(recorder, store):
    store.set(TEST, "not what the contract says")
    before = everything(store)
    with pytest.raises(UnreadableKey, match=f"^{TEST} is a string"):
        recorder.save_test(TEST_ID, name="Login Flow")
    assert everything(store) == before


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ("nmae is no field", {"nmae": "Login Flow"}),
        ("id is no field", {"id": "another"}),
        ("name must be text", {"name": 7}),
        ("alert_webhook must be text", {"alert_webhook": [WEBHOOK]}),
        ("status must be one of active", {"status": "sleeping"}),
        ("status must be one of active", {"status": None}),
        ("last_result must be one of passed", {"last_result": "ok"}),
        ("created_at must have an offset", {"created_at": "2026-02-16T12:00:00"}),
        ("last_run_at must be a time", {"last_run_at": 1_771_243_200}),
        ("variables must be a list", {"variables": make_variables(a="hunter22")}),
        ("variables[0] must be an object", {"variables": ["hunter22"]}),
        ("variables[0].name must be text", {"variables": [{"value": "hunter22"}]}),
        ("variables[0].value must be", {"variables": [{"name": "a", "value": 1}]}),
        (
            "variables[0].hidden must be",
            {"variables": [{"name": "a", "value": "hunter22", "hidden": "yes"}]},
        ),
        (
            "variables[0] may have name, value and hidden",
            {"variables": [{"name": "a", "value": "hunter22", "secret": True}]},
        ),
    ],
)
def test_a_bad_field_is_refused_by_name_and_never_quoted(recorder, store, told, fields):
    with pytest.raises(ValueError) as error:
        recorder.save_test(TEST_ID, **fields)
    assert str(error.value).startswith(told)
    assert "hunter22" not in str(error.value)
    assert WEBHOOK not in str(error.value)
    assert store.keys() == []


def test_the_hash_holds_json_that_our_reader_reads(recorder, store, repository):
    recorder.save_test(TEST_ID, name="Café \ud800", variables=variables(key="ключ"))
    assert json.loads(store.hget(TEST, "variables"))[0]["value"] == "ключ"
    assert repository.test(TEST_ID).name == "Café �"
