"""What makes a generated client pleasant, and was once not so."""

import json
import re
from pathlib import Path

DOCUMENT = json.loads((Path(__file__).parent / "openapi.json").read_text())
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = [
    operation
    for methods in DOCUMENT["paths"].values()
    for operation in methods.values()
]


def test_no_field_is_read_only():
    """Generators make a second, "writable" type of every shape that has one."""
    for schema in SCHEMAS.values():
        assert not any(
            "readOnly" in field for field in schema.get("properties", {}).values()
        )


def test_pages_are_named_after_what_they_hold():
    assert {name for name in SCHEMAS if name.endswith("Page")} >= {
        "RunPage",
        "TimingPointPage",
        "IncidentPage",
        "SyntheticTestPage",
    }
    assert not any(name.startswith("Paginated") for name in SCHEMAS)


def test_nothing_is_said_twice_about_an_operation():
    for operation in OPERATIONS:
        assert operation["summary"] not in operation.get("description", "")


def test_it_says_that_no_credentials_are_needed_unless_keys_are_set():
    assert DOCUMENT["security"][0] == {}


def test_texts_that_are_served_have_no_length():
    """JSON Schema counts characters, zod UTF-16 units: they differ about an emoji."""
    for schema in SCHEMAS.values():
        assert not any(
            "maxLength" in field for field in schema.get("properties", {}).values()
        )


def test_entries_of_a_stream_are_told_by_their_test():
    members = [
        SCHEMAS[member["$ref"].rpartition("/")[2]]
        for member in SCHEMAS["StreamMessage"]["anyOf"]
    ]
    having = [schema for schema in members if "test_id" in schema["properties"]]
    assert having == [SCHEMAS["StreamEvent"]]
    assert "test_id" in SCHEMAS["StreamEvent"]["required"]


def test_what_a_search_refuses_is_published():
    parameters = DOCUMENT["paths"]["/api/tests"]["get"]["parameters"]
    (pattern,) = [p["schema"]["pattern"] for p in parameters if p["name"] == "q"]
    assert re.search(pattern, " a\n b") and re.search(pattern, "\U0001f600")
    assert not any(re.search(pattern, text) for text in ("", "  ", "a\0", "\0"))
