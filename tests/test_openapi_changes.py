"""A change of the document that breaks generated clients is noticed, and named."""

import copy
import json
from pathlib import Path

import pytest

from tests.openapi_changes import breaks

HERE = Path(__file__).parent
PUBLISHED = json.loads((HERE / "data" / "openapi-published.json").read_text())
CURRENT = json.loads((HERE / "openapi.json").read_text())
CHANGELOG = (HERE.parent / "CHANGELOG.md").read_text()
RESULTS = "/api/tests/{test_id}/results"


def newest_section(changelog):
    """What the change log says about the version that is being made."""
    return changelog.split("\n## ")[1]


def test_whatever_breaks_clients_is_named_in_the_change_log():
    """Against the document of the last release, `tests/data/openapi-published.json`:
    a release ends with copying `tests/openapi.json` there."""
    section = newest_section(CHANGELOG)
    found = breaks(PUBLISHED, CURRENT)
    unnamed = [str(one) for one in found if f"`{one.subject}`" not in section]
    assert unnamed == []


def parameter(document, name):
    parameters = document["paths"][RESULTS]["get"]["parameters"]
    return next(one for one in parameters if one["name"] == name)


def schema(document, name):
    return document["components"]["schemas"][name]


def field(document, name, field):
    return schema(document, name)["properties"][field]


def require(document):
    document["paths"][RESULTS]["get"]["parameters"].append(
        {"in": "query", "name": "token", "required": True, "schema": {}}
    )


def rename(document):
    document["paths"][RESULTS]["get"]["operationId"] = "list_results"


BREAKS = {
    "an operation goes": (
        lambda d: d["paths"].pop(RESULTS),
        "`get_test_results` is gone from GET /api/tests/{test_id}/results",
    ),
    "an operation is renamed": (rename, "`get_test_results` is called list_results"),
    "a parameter goes": (
        lambda d: d["paths"][RESULTS]["get"]["parameters"].remove(
            parameter(d, "offset")
        ),
        "`get_test_results: offset` is gone",
    ),
    "a parameter is required": (require, "`get_test_results: token` is required"),
    "a known parameter is required": (
        lambda d: parameter(d, "limit").update(required=True),
        "`get_test_results: limit` is required",
    ),
    "a parameter's bound is tightened": (
        lambda d: parameter(d, "limit")["schema"].update(maximum=50),
        "`get_test_results: limit` accepts less (maximum)",
    ),
    "a parameter's type is narrowed": (
        lambda d: parameter(d, "limit")["schema"].update(type="string"),
        "`get_test_results: limit` accepts less (type integer)",
    ),
    "a parameter becomes a choice": (
        lambda d: parameter(d, "limit")["schema"].update(enum=[10, 20]),
        "`get_test_results: limit` accepts less (enum)",
    ),
    "an answer goes": (
        lambda d: d["paths"][RESULTS]["get"]["responses"].pop("404"),
        "`get_test_results: 404` is gone",
    ),
    "an answer is of another media type": (
        lambda d: d["paths"][RESULTS]["get"]["responses"]["200"].update(content={}),
        "`get_test_results: 200` is no application/json",
    ),
    "an answer is of another shape": (
        lambda d: d["paths"][RESULTS]["get"]["responses"]["200"].update(
            content={"application/json": {"schema": {"$ref": "#/x/Other"}}}
        ),
        "`get_test_results: 200` is another ($ref)",
    ),
    "a shape goes": (
        lambda d: d["components"]["schemas"].pop("RunPage"),
        "`RunPage` is gone, or called otherwise",
    ),
    "a field goes": (
        lambda d: schema(d, "Uptime")["properties"].pop("uptime_pct"),
        "`Uptime.uptime_pct` is gone",
    ),
    "a field may be missing": (
        lambda d: schema(d, "Uptime")["required"].remove("uptime_pct"),
        "`Uptime.uptime_pct` may be missing",
    ),
    "a field may be null": (
        lambda d: field(d, "Run", "passed").update(type=["boolean", "null"]),
        "`Run.passed` is another (type null)",
    ),
    "a field may be anything": (
        lambda d: field(d, "Run", "passed").pop("type"),
        "`Run.passed` is another (type)",
    ),
    "a field is no time any more": (
        lambda d: field(d, "TimingPoint", "timestamp").pop("format"),
        "`TimingPoint.timestamp` is another (format)",
    ),
    "a field is less than it could be": (
        lambda d: field(d, "Uptime", "total_runs").pop("minimum"),
        "`Uptime.total_runs` is another (minimum)",
    ),
    "the items of a list are others": (
        lambda d: field(d, "RunPage", "results").update(items={"type": "string"}),
        "`RunPage.results` is another (type string)",
    ),
    "a record is closed": (
        lambda d: schema(d, "Run").pop("additionalProperties"),
        "`Run` is another (no further fields)",
    ),
    "a choice grows": (
        lambda d: schema(d, "StreamMessage")["anyOf"].append({"$ref": "#/x/Other"}),
        "`StreamMessage` is another (Other)",
    ),
}


@pytest.mark.parametrize("change, told", BREAKS.values(), ids=BREAKS)
def test_it_is_noticed_when(change, told):
    changed = copy.deepcopy(CURRENT)
    change(changed)
    assert told in [str(one) for one in breaks(CURRENT, changed)]


def add(document):
    """What old clients do not notice."""
    schema(document, "Run")["properties"]["browser"] = {"type": "string"}
    schema(document, "Uptime")["required"].append("skipped")
    field(document, "Run", "error").update(type="string")
    field(document, "Uptime", "uptime_pct").update(type="integer")
    field(document, "Uptime", "total_runs").update(minimum=1)
    parameter(document, "limit")["schema"].update(maximum=500)
    operation = document["paths"][RESULTS]["get"]
    operation["parameters"].append({"in": "query", "name": "browser", "schema": {}})
    operation["responses"]["409"] = {"description": ""}
    document["paths"]["/api/new"] = {"get": {"operationId": "new", "responses": {}}}
    document["components"]["schemas"]["New"] = {"type": "object"}


def test_additions_break_nothing():
    changed = copy.deepcopy(CURRENT)
    add(changed)
    assert breaks(CURRENT, changed) == []
    assert breaks(CURRENT, CURRENT) == []


def test_the_newest_section_is_that_of_the_version_being_made():
    log = "# Changelog\n\n## 0.2.0\n\n### Breaking\n\n- `Run.x`\n\n## 0.1.0\n\n- y\n"
    assert "`Run.x`" in newest_section(log) and "- y" not in newest_section(log)
