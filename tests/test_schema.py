"""What we publish is what we serve: the OpenAPI document, proven."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.factories import (
    TEST_ID,
    make_incident,
    make_run,
    make_variables,
    store_event,
    store_incident,
    store_run,
    store_runs,
    store_test,
    store_timing,
)

GOLDEN = Path(__file__).parent / "openapi.json"
PLAN = {
    "/api/tests/{test_id}/results": "get_test_results",
    "/api/tests/{test_id}/results/{run_id}": "get_test_run",
    "/api/tests/{test_id}/results/{run_id}/compare/{other}": "compare_test_runs",
    "/api/tests/{test_id}/timing": "get_test_timing",
    "/api/tests/{test_id}/timing/stats": "get_test_timing_stats",
    "/api/tests/{test_id}/steps": "get_test_steps",
    "/api/tests/{test_id}/uptime": "get_test_uptime",
    "/api/tests/{test_id}/incidents": "get_test_incidents",
    "/api/tests/{test_id}/outages": "get_test_outages",
    "/api/outages": "list_outages",
    "/api/outages/groups": "list_outage_groups",
    "/api/tests/{test_id}/availability": "get_test_availability",
    "/api/tests/{test_id}/availability/slots": "get_test_availability_slots",
    "/api/availability": "get_availability",
    "/api/summary": "get_summary",
    "/api/tests/{test_id}/results.{form}": "export_test_results",
    "/api/tests/{test_id}/outages.{form}": "export_test_outages",
    "/api/tests/{test_id}/timing.{form}": "export_test_timing",
    "/api/tests/{test_id}/availability/slots.{form}": "export_test_slots",
    "/api/results.{form}": "export_results",
    "/api/outages.{form}": "export_outages",
    "/api/timing.{form}": "export_timing",
    "/api/availability/slots.{form}": "export_slots",
    "/api/tests/{test_id}/feed.atom": "get_test_outage_feed",
    "/feed.atom": "get_outage_feed",
    "/badges/{test_id}/{about}.svg": "get_test_badge_image",
    "/badges/{test_id}/{about}.json": "get_test_badge",
    "/metrics": "get_metrics",
    "/metrics/streams": "get_stream_metrics",
    "/api/tests/{test_id}/live": "stream_test_events",
    "/api/live": "stream_all_events",
    "/api/live-token": "create_live_token",
    "/api/dashboard": "get_dashboard",
    "/api/tests": "list_tests",
    "/api/tests/{test_id}": "get_test",
    "/healthz": "get_health",
    "/readyz": "get_readiness",
}
OF_THE_PLAN = {
    "get_test_results",
    "get_test_timing",
    "get_test_uptime",
    "get_test_incidents",
    "get_dashboard",
    "stream_test_events",
}


@pytest.fixture(scope="module")
def document():
    return json.loads(json.dumps(SchemaGenerator().get_schema(public=True)))


def operations(document):
    """Each path has one operation."""
    found = {}
    for path, methods in document["paths"].items():
        (found[path],) = methods.values()
    return found


def test_it_is_the_committed_one(document):
    """To refresh: manage.py spectacular --file tests/openapi.json --format
    openapi-json"""
    assert document == json.loads(GOLDEN.read_text())


def test_it_is_valid_openapi_3_1_1(document):
    assert document["openapi"] == "3.1.1"
    validate_schema(document)


def test_operations_are_named_by_hand(document):
    assert {p: op["operationId"] for p, op in operations(document).items()} == PLAN


def test_the_plans_six_are_tagged_results(document):
    for operation in operations(document).values():
        if operation["operationId"] in OF_THE_PLAN:
            assert operation["tags"] == ["results"]


@pytest.mark.parametrize(
    "path, name, minimum, maximum, default",
    [
        ("results", "limit", 1, 100, 20),
        ("timing", "limit", 1, 200, 50),
        ("incidents", "limit", 1, 50, 10),
        ("uptime", "hours", 1, 720, 24),
        ("results", "offset", 0, 10_000_000, 0),
    ],
)
def test_bounds_and_defaults_are_published(
    document, path, name, minimum, maximum, default
):
    operation = operations(document)[f"/api/tests/{{test_id}}/{path}"]
    found = {p["name"]: p["schema"] for p in operation["parameters"]}[name]
    assert found == {
        "type": "integer",
        "minimum": minimum,
        "maximum": maximum,
        "default": default,
    }


def test_every_error_is_the_one_body(document):
    for operation in operations(document).values():
        for status, answer in operation["responses"].items():
            if status == "304":
                assert "content" not in answer
                continue
            if status[0] in "45" and operation["operationId"] != "get_readiness":
                (media,) = answer["content"].values()
                reference = media["schema"]["$ref"]
                assert reference == "#/components/schemas/ErrorResponse"


def test_every_operation_has_an_example_that_fits(document):
    for operation in operations(document).values():
        for media in operation["responses"]["200"]["content"].values():
            assert_fits(document, media["example"], media["schema"])


def test_a_file_has_no_parameters_of_pages(document):
    def names(path):
        return {p["name"] for p in operations(document)[path]["parameters"]}

    page = names("/api/tests/{test_id}/results")
    file = names("/api/tests/{test_id}/results.{form}")
    assert page - file == {"limit", "offset", "cursor", "fields"}
    assert names("/api/results.{form}") - file == {"tests"}


def test_records_are_open_and_open_sets_are_plain_text(document):
    schemas = document["components"]["schemas"]
    for name in ("Run", "Incident", "StepResult", "StreamEvent"):
        assert schemas[name]["additionalProperties"] == {}
    assert "enum" not in json.dumps(schemas)


def test_the_stream_is_described_with_its_payload_and_its_header(document):
    stream = operations(document)["/api/tests/{test_id}/live"]
    content = stream["responses"]["200"]["content"]
    assert content["text/event-stream"]["schema"]["$ref"].endswith("/StreamMessage")
    messages = document["components"]["schemas"]["StreamMessage"]["anyOf"]
    assert [message["$ref"].rpartition("/")[2] for message in messages] == [
        "StreamEvent",
        "StreamReset",
        "StreamBye",
    ]
    assert "Last-Event-ID" in stream["responses"]["200"]["headers"]
    assert "429" in stream["responses"]
    headers = {p["name"] for p in stream["parameters"] if p["in"] == "header"}
    assert "Last-Event-ID" in headers


def test_json_and_yaml_are_both_served(api, document):
    response = api.get("/openapi.json")
    assert response["Content-Type"] == "application/json"
    assert response.json() == document
    assert b"openapi: 3.1.1" in api.get("/openapi.yaml").content


@pytest.fixture
def stored(redis_client):
    """Every shape that a writer may have left."""
    store_test(redis_client, variables=make_variables(pw="hunter22"))
    store_run(redis_client, TEST_ID, make_run("full"))
    store_run(redis_client, TEST_ID, make_run("bad", passed=False, score=1.0))
    odd = {"run_id": "odd", "passed": True, "step_results": [{"passed": 1, "x": {}}]}
    odd |= {"duration_ms": "1", "error": ["x"], "steps_total": -1, "started_at": 5}
    huge = make_run("huge", plan="x" * 300_000)
    store_runs(redis_client, TEST_ID, [(odd, 3.0), (huge, 4.0), (b"corrupt", 5.0)])
    store_timing(redis_client, TEST_ID, "12.5", float("inf"))
    store_incident(redis_client, TEST_ID, make_incident(run_id=None, alert_sent=0))
    store_event(redis_client, TEST_ID, "plan_start", odd="\u2028")
    store_runs(redis_client, "gone", [(make_run("left"), 1.0)])
    store_test(redis_client, "unreadable", variables="?", created_at="", status="")


@pytest.mark.parametrize("test_id", [TEST_ID, "gone", "unreadable"])
@pytest.mark.parametrize("path", [path for path in PLAN if "/live" not in path])
def test_what_is_served_fits_what_is_published(api, stored, document, path, test_id):
    run_id = "left" if test_id == "gone" else "huge"
    named = {"test_id": test_id, "run_id": run_id, "other": run_id}
    asked = {"tests": test_id} if "{form}" in path else {}
    for form, about in (("csv", "status"), ("ndjson", "p95")):
        response = api.get(path.format(**named, form=form, about=about), asked)
        operation = operations(document)[path]
        content = operation["responses"][str(response.status_code)]["content"]
        media_type = response["Content-Type"].partition(";")[0]
        if media_type == "application/json":
            assert_fits(document, response.json(), content[media_type]["schema"])
        assert media_type in content


def test_a_stored_event_fits_what_is_published(api, stored, document):
    response = api.get(f"/api/tests/{TEST_ID}/live?follow=false")
    text = b"".join(
        response.streaming_content if response.streaming else [response.content]
    )
    (line,) = re.findall(rb"^data: (.*)$", text, re.MULTILINE)
    schema = {"$ref": "#/components/schemas/StreamEvent"}
    assert_fits(document, json.loads(line), schema)


def assert_fits(document, value, schema):
    whole = schema | {"components": document["components"]}
    jsonschema.Draft202012Validator(whole).validate(value)


@pytest.mark.parametrize("path", ["/openapi.json", "/openapi.yaml"])
def test_an_error_beside_the_document_is_json_too(api, path):
    for response in (api.post(path), api.get(path, headers={"Accept": "text/html"})):
        assert response.status_code in (405, 406)
        assert response["Content-Type"] == "application/json"
        assert response.json()["type"] == "client_error"
