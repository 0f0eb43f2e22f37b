"""The test hash: what may be shown of it, and what must not leave."""

from datetime import datetime, timezone

import pytest

from results.codec.hashes import FIELDS, decode_secrets, decode_test
from results.domain import SyntheticTest, Variable
from results.scrub import Scrubber
from tests.factories import TEST_ID, make_hash, make_variables

CREATED = datetime(2026, 2, 13, 18, 20, 11, 4211, timezone.utc)


def stored(**fields):
    """The reply of HMGET, by name: None for what the hash does not hold."""
    held = {name: text.encode() for name, text in make_hash(**fields).items()}
    return {name: held.get(name) for name in FIELDS}


def only(**fields):
    return {name: fields.get(name) for name in FIELDS}


def shown(hash_, scrubber=None):
    return decode_test(TEST_ID, hash_, scrubber or Scrubber())


def test_a_test_is_shown_with_aware_times():
    assert shown(stored(variables=make_variables(pin="123456"))) == SyntheticTest(
        id=TEST_ID,
        name="Login Flow",
        url="https://myapp.com/login",
        goal="Log in and expect the dashboard",
        schedule="*/15 * * * *",
        status="active",
        last_result="passed",
        last_run_at=datetime(2026, 2, 16, 12, tzinfo=timezone.utc),
        created_at=CREATED,
        updated_at=CREATED,
        variables=(Variable("user", False), Variable("pin", True)),
    )


def test_a_hash_with_an_id_alone_is_an_active_test_that_never_ran():
    found = shown(only(id=b"abc12345"))
    assert found == SyntheticTest(TEST_ID, status="active", variables=())
    assert found.outcome == "pending"


@pytest.mark.parametrize("text", ["", "soon", "1771063203"])
def test_a_time_that_is_none_is_null(text):
    found = shown(stored(last_run_at=text, created_at=text, updated_at=text))
    assert (found.last_run_at, found.created_at, found.updated_at) == (None,) * 3


def test_an_empty_result_is_null():
    assert shown(stored(last_result="")).last_result is None


@pytest.mark.parametrize(
    "variables",
    ["no json", "{}", "null", "[1]", '["name"]', '[{"name": "a"', '[{"value": NaN}]'],
)
def test_unreadable_variables_are_unknown_and_so_are_the_secrets(variables):
    hash_ = stored(variables=variables)
    assert shown(hash_).variables is None
    assert decode_secrets(hash_, set()) == (set(), False)


def test_a_variable_without_a_name_is_not_shown_but_hidden():
    hash_ = stored(variables='[{"value": "hunter2", "hidden": true}, {"name": 5}]')
    assert shown(hash_).variables == ()
    assert decode_secrets(hash_, set()) == ({"hunter2"}, True)


def test_name_url_and_goal_are_scrubbed():
    hash_ = stored(
        name="as hunter2", goal="type hunter2", url="https://x.io/hunter2?a=hunter2"
    )
    found = shown(hash_, Scrubber.hiding(["hunter2"]))
    assert (found.name, found.goal) == ("as ***", "type ***")
    assert found.url == "https://x.io/***?a=***"


def test_the_url_is_shown_without_credentials():
    assert (
        shown(stored(url="https://me:pw@x.io/?token=t")).url
        == "https://x.io/?token=***"
    )


def test_a_hidden_value_across_a_hidden_parameter_is_scrubbed_first():
    hash_ = stored(url="https://x.io/?token=abcd&efgh")
    found = shown(hash_, Scrubber.hiding(["abcd&efgh"]))
    assert "efgh" not in found.url


def test_nothing_secret_is_among_what_is_shown():
    hash_ = stored(
        variables=make_variables(password="hunter2"),
        alert_webhook="https://hooks.example.com/T0/B0/webhook-secret",
        schedule_id="scd_secret",
    )
    text = repr(shown(hash_))
    for secret in ("hunter2", "demo@example.com", "webhook-secret", "scd_secret"):
        assert secret not in text


def test_bytes_that_are_no_text_are_replaced():
    assert shown(only(id=b"x", name=b"caf\xe9")).name == "caf\ufffd"


def test_hidden_values_and_the_webhook_are_secret():
    hash_ = stored(
        variables=make_variables(password="hunter2", pin="1234"),
        alert_webhook="https://hooks.example.com/x",
    )
    assert decode_secrets(hash_, set()) == (
        {"hunter2", "1234", "https://hooks.example.com/x"},
        True,
    )


def test_former_values_stay_secret():
    hash_ = stored(variables=make_variables(password="hunter3"))
    assert decode_secrets(hash_, {b"hunter2"}) == ({"hunter2", "hunter3"}, True)


@pytest.mark.parametrize(
    ("hidden", "is_hidden"),
    [
        ("true", True),
        ('"true"', True),
        ('"yes"', True),
        ("1", True),
        ("[1]", True),
        ("false", False),
        ("null", False),
        ("0", False),
        ('""', False),
        ('"false"', False),
    ],
)
def test_anything_but_a_plain_no_hides(hidden, is_hidden):
    hash_ = stored(
        variables=f'[{{"name": "p", "value": "hunter2", "hidden": {hidden}}}]'
    )
    assert shown(hash_).variables == (Variable("p", is_hidden),)
    assert decode_secrets(hash_, set())[0] == ({"hunter2"} if is_hidden else set())


@pytest.mark.parametrize(
    ("value", "secrets", "complete"),
    [
        ("123456", {"123456"}, True),
        ("1.5", {"1.5"}, True),
        ("null", {""}, True),
        ('["hunter2"]', set(), False),
        ('{"a": "hunter2"}', set(), False),
    ],
)
def test_a_hidden_value_may_be_a_number_but_nothing_deeper(value, secrets, complete):
    hash_ = stored(variables=f'[{{"name": "p", "value": {value}, "hidden": true}}]')
    assert decode_secrets(hash_, set()) == (secrets, complete)


def test_where_the_hash_is_gone_only_former_values_are_known():
    assert decode_secrets(only(), {b"hunter2"}) == ({"hunter2"}, False)


def test_a_hash_of_stray_fields_is_no_definition():
    assert decode_secrets(only(last_result=b"passed"), set()) == (set(), False)


@pytest.mark.parametrize("hash_", [only(id=b"x"), only(variables=b"[]")])
def test_a_definition_may_lack_either_its_id_or_its_variables(hash_):
    assert decode_secrets(hash_, set()) == (set(), True)
