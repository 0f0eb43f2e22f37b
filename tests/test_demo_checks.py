"""The checks against answers that are right, and against each that is wrong."""

import copy
from datetime import datetime, timezone

import httpx
import pytest

from results.demo.catalogue import (
    API_KEY,
    BROKEN_LINK,
    DASHBOARD,
    DOCS_PAGE,
    HISTORY_PAGES,
    OPENAPI_DOCUMENT,
    TESTS,
)
from results.demo.performing import perform

NOW = datetime(2026, 3, 4, 10, 7, tzinfo=timezone.utc)
HTML = {"content-type": "text/html; charset=utf-8"}
SCRIPT = {"content-type": "text/javascript"}


def run_of(number: int) -> dict:
    return {"run_id": f"{number:08x}", "started_at": f"2026-03-04T09:{59 - number}:00Z"}


def results_page(request: httpx.Request) -> dict:
    offset = int(request.url.params["offset"])
    runs = [run_of(number) for number in range(offset, min(offset + 20, 45))]
    return {"results": runs, "total": 45}


def sound_answers() -> dict:
    """Path to JSON, text with headers, or a function of the request."""
    schema = {
        "openapi": "3.1.1",
        "paths": {
            "/api/dashboard": {
                "get": {
                    "operationId": "get_dashboard",
                    "responses": {"200": {"$ref": "#/components/responses/Ok"}},
                }
            }
        },
        "components": {"responses": {"Ok": {"description": "fine"}}},
    }
    return {
        "/docs": ('<script src="/static/a.js?x=1&amp;y=2"></script>', HTML),
        "/static/a.js": ("run()", SCRIPT),
        "/api/": {"dashboard": "/api/dashboard", "docs": "/docs"},
        "/openapi.json": schema,
        "/healthz": {"status": "ok"},
        "/docs/changelog": ("<h1>Changes</h1>", HTML),
        "/api/dashboard": {
            "total_tests": 3,
            "active_tests": 2,
            "paused_tests": 1,
            "error_tests": 0,
            "passing": 1,
            "failing": 1,
            "pending": 1,
        },
        "/api/tests": {"tests": [{"id": "a"}, {"id": "b"}, {"id": "c"}], "total": 3},
        "/api/tests/a/results": results_page,
        "/api/tests/b/results": {"results": [], "total": 0},
        "/api/tests/c/results": {"results": [], "total": 0},
        "/api/tests/a/timing": {"timing": [], "total": 45},
    }


class Product:
    """Answers from a table; what is not in it is a 404."""

    def __init__(self) -> None:
        self.answers = sound_answers()
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.get(request.url.path)
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, httpx.Response):
            return answer
        if isinstance(answer, tuple):
            return httpx.Response(200, text=answer[0], headers=answer[1])
        return httpx.Response(200, json=answer) if answer else httpx.Response(404)

    def run(self, test, tell=lambda *told, **fields: None) -> dict:
        transport = httpx.MockTransport(self)
        with httpx.Client(transport=transport, base_url="http://demo") as browser:
            return perform(test, "a1b2c3d4", browser, tell, lambda: NOW)


@pytest.fixture
def product():
    return Product()


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.id)
def test_a_sound_product_passes(product, test):
    record = product.run(test)
    assert record["error"] is None
    assert record["passed"] is True
    assert record["steps_passed"] == record["steps_total"] == len(test.usual_ms)
    assert record["triggered_by"] == "feeder"
    planned = [step["description"] for step in record["plan"]["steps"]]
    assert planned == test.check.descriptions()
    assert record["started_at"] == "2026-03-04T10:07:00.000Z"
    assert not any(step["retry_count"] for step in record["step_results"])


def broken(path: str, **changes):
    """The sound answer of a path with some of its fields replaced."""
    return path, {**copy.deepcopy(sound_answers()[path]), **changes}


def schema_with(operation: dict, **more) -> tuple:
    return broken("/openapi.json", paths={"/api/dashboard": {"get": operation}, **more})


RESPONSES = {"200": {"description": "fine"}}
OPERATION = {"operationId": "a", "responses": RESPONSES}


@pytest.mark.parametrize(
    ("test", "change", "error"),
    [
        (DOCS_PAGE, ("/docs", ("{}", {})), "1 failed: /docs: the answer is not HTML"),
        (DOCS_PAGE, ("/docs", ("<p>", HTML)), "2 failed: /docs: the page loads no"),
        (DOCS_PAGE, ("/static/a.js", None), "2 failed: /static/a.js?x=1&y=2: expected"),
        (DOCS_PAGE, ("/static/a.js", ("", HTML)), "/static/a.js?x=1&y=2 is no script"),
        (DOCS_PAGE, ("/api/", {"docs": "/docs"}), "3 failed: /api/ lists no endpoint"),
        (
            DOCS_PAGE,
            broken("/api/", one="/api/one", two="/api/two"),
            "3 failed: not in the docs: /api/one, /api/two",
        ),
        (
            DASHBOARD,
            broken("/api/dashboard", paused_tests=4),
            "2 failed: 2 active + 4 paused + 0 error is not 3",
        ),
        (
            DASHBOARD,
            broken("/api/dashboard", passing=0),
            "3 failed: 0 passing + 1 failing + 1 pending is not 3",
        ),
        (
            DASHBOARD,
            broken("/api/tests", total=2),
            "4 failed: the dashboard counts 3, the list 2",
        ),
        (DASHBOARD, ("/api/dashboard", ("<p>", HTML)), "the answer is not JSON"),
        (DASHBOARD, ("/api/dashboard", ("[]", {})), "the answer is no JSON object"),
        (
            DASHBOARD,
            ("/api/dashboard", {"total_tests": 3}),
            "2 failed: an answer of an",
        ),
        (
            DASHBOARD,
            ("/api/dashboard", httpx.ConnectError("refused")),
            "1 failed: no answer (ConnectError)",
        ),
        (
            OPENAPI_DOCUMENT,
            broken("/openapi.json", openapi="2.0"),
            "OpenAPI 2.0 is not",
        ),
        (OPENAPI_DOCUMENT, broken("/openapi.json", paths={}), "has no operation"),
        (OPENAPI_DOCUMENT, schema_with({"responses": RESPONSES}), "no operationId"),
        (OPENAPI_DOCUMENT, schema_with({"operationId": "a"}), "no responses: ['a']"),
        (
            OPENAPI_DOCUMENT,
            schema_with(OPERATION, other={"get": OPERATION}),
            "an operationId occurs twice",
        ),
        (
            OPENAPI_DOCUMENT,
            broken("/openapi.json", x=[{"$ref": "#/components/responses/No"}]),
            "3 failed: leads nowhere: #/components/responses/No",
        ),
        (
            BROKEN_LINK,
            ("/docs/changelog", None),
            "2 failed: /docs/changelog: expected 20",
        ),
        (
            BROKEN_LINK,
            ("/docs/changelog", ("", {})),
            "3 failed: /docs/changelog is not",
        ),
        (BROKEN_LINK, broken("/healthz", status="odd"), "1 failed: /healthz says odd"),
        (HISTORY_PAGES, ("/api/tests", {"tests": []}), "1 failed: /api/tests lists no"),
        (
            HISTORY_PAGES,
            ("/api/tests/a/results", {"results": [run_of(1)], "total": 45}),
            "2 failed: pages share a run",
        ),
        (
            HISTORY_PAGES,
            broken("/api/tests/a/timing", total=44),
            "3 failed: 45 runs, and 44 timing points",
        ),
    ],
)
def test_a_product_that_is_wrong_fails(product, test, change, error):
    path, answer = change
    product.answers[path] = answer
    record = product.run(test)
    assert record["passed"] is False
    assert error in record["error"]
    last = record["step_results"][-1]
    assert (last["passed"], last["retry_count"]) == (False, 1)
    assert record["details"].endswith(f"steps passed. {record['error']}")


def test_pages_in_the_wrong_order_fail(product):
    def upside_down(request):
        page = results_page(request)
        return page | {"results": page["results"][::-1]}

    product.answers["/api/tests/a/results"] = upside_down
    assert "the newest run is not first" in product.run(HISTORY_PAGES)["error"]


def test_a_run_that_arrives_between_two_pages_is_a_retry_and_no_failure(product):
    totals = iter([45, 45, 46])

    def growing(request):
        return results_page(request) | {"total": next(totals, 45)}

    product.answers["/api/tests/a/results"] = growing
    record = product.run(HISTORY_PAGES)
    assert record["passed"] is True
    assert [step["retry_count"] for step in record["step_results"]] == [0, 1, 0]


def test_the_dashboard_is_asked_with_the_hidden_key(product):
    record = product.run(DASHBOARD)
    assert product.asked[0].headers["X-Api-Key"] == API_KEY
    assert API_KEY in record["step_results"][0]["details"]


def test_a_run_tells_its_events_as_they_happen(product):
    told = []
    product.answers["/docs/changelog"] = None
    product.run(
        BROKEN_LINK,
        lambda type, message, **fields: told.append((type, message, fields)),
    )
    assert [type for type, _, _ in told] == [
        "plan_start",
        "plan_complete",
        "browser_start",
        "step_start",
        "step_complete",
        "step_start",
        "step_complete",
        "eval_start",
    ]
    plan = told[1][2]["steps"]
    assert [step["step_number"] for step in plan] == [1, 2, 3]
    assert told[2][1] == "Opening http://demo/docs/changelog"
    assert told[4][2] == {"step_number": 1, "passed": True}
    assert told[6][2] == {"step_number": 2, "passed": False}


def test_every_path_that_the_root_lists_is_in_the_document():
    from results.endpoints import ENDPOINTS
    from results.openapi import published_document

    described = {"docs", "redoc", "openapi", "openapi_yaml"}
    listed = {path for name, path in ENDPOINTS.items() if name not in described}
    paths = published_document()["paths"].items()
    assert listed == {path for path, methods in paths if "get" in methods}
