"""Query parameters as a form: what may be asked, with the mouse."""

import pytest
from django.http import QueryDict
from rest_framework import serializers

from results.browsable.form import inputs
from tests.factories import TEST_ID, store_test
from tests.page_reading import read_page

BASE = f"/api/tests/{TEST_ID}"


@pytest.fixture(autouse=True)
def known(redis_client):
    store_test(redis_client)


@pytest.mark.parametrize(
    "path, name, default, smallest, largest",
    [
        (f"{BASE}/results", "limit", "20", "1", "100"),
        (f"{BASE}/results", "offset", "0", "0", "10000000"),
        (f"{BASE}/timing", "limit", "50", "1", "200"),
        (f"{BASE}/incidents", "limit", "10", "1", "50"),
        (f"{BASE}/uptime", "hours", "24", "1", "720"),
        ("/api/tests", "limit", "1000", "1", "1000"),
    ],
)
def test_a_number_is_asked_for_within_its_bounds(
    api, path, name, default, smallest, largest
):
    field = read_page(api, path).inputs[name]
    assert field["type"] == "number"
    assert (field["min"], field["max"]) == (smallest, largest)
    assert field["value"] == field["data-default"] == default


def test_the_form_is_filled_with_what_was_asked(api):
    fields = read_page(api, "/api/tests?limit=7&q=log%22in").inputs
    assert (fields["limit"]["value"], fields["q"]["value"]) == ("7", 'log"in')
    assert (fields["offset"]["value"], fields["q"]["maxlength"]) == ("0", "200")


def test_the_form_goes_to_the_page_itself_by_get(api):
    (form,) = read_page(api, f"{BASE}/uptime?hours=3").named("form")
    assert (form["method"], form["action"]) == ("get", f"{BASE}/uptime")


def test_every_input_has_a_label_and_a_hint(api):
    page = read_page(api, "/api/tests")
    ids = {attrs["id"] for attrs in page.named("small") if "id" in attrs}
    labelled = {attrs["for"] for attrs in page.named("label")}
    for field in page.inputs.values():
        assert field["id"] in labelled and field["aria-describedby"] in ids
    assert "Tests a page. 1 to 1,000, 1,000 unless given." in page.text


def test_a_refused_value_stays_in_the_form_where_it_can(api):
    fields = read_page(api, f"{BASE}/results?limit=500&offset=-1", 400).inputs
    assert (fields["limit"]["value"], fields["offset"]["value"]) == ("500", "")
    fields = read_page(api, f"{BASE}/results?limit=%EF%BC%91", 400).inputs
    assert fields["limit"]["value"] == ""


def test_pages_without_parameters_have_no_form(api):
    for path in ("/api/", "/api/dashboard", BASE):
        assert read_page(api, path).named("form") == []


@pytest.mark.parametrize("given, chosen", [("", "true"), ("?follow=false", "false")])
def test_a_switch_is_chosen_from_its_two_values(api, given, chosen):
    html = api.get(f"{BASE}/live{given}", HTTP_ACCEPT="text/html").content.decode()
    assert f"<option selected>{chosen}</option>" in html
    assert html.count("<option") == 2


class OddQuery(serializers.Serializer):
    """Kinds that no endpoint has yet."""

    count = serializers.IntegerField(min_value=1, max_value=9, required=False)
    outcome = serializers.ChoiceField(["passed", "failed"], required=False)
    order = serializers.ChoiceField(["up", "down"], default="up")
    whole = serializers.BooleanField(required=False)


def test_a_choice_without_default_may_be_left_open():
    found = {
        each.name: each for each in inputs(OddQuery(), QueryDict("outcome=failed"))
    }
    assert found["outcome"].choices == ("", "passed", "failed")
    assert found["outcome"].value == "failed"
    assert found["order"].choices == ("up", "down")
    assert found["whole"].choices == ("", "true", "false")
    assert (found["count"].value, found["count"].hint) == ("", "1 to 9.")
