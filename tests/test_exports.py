"""Exports: whole histories as CSV and NDJSON, by path and by `Accept`."""

import csv
import gzip
import io
import json
import time

import pytest

from results.connection import use_store
from results.exports import streaming
from tests.factories import (
    MINUTE,
    TEST_ID,
    make_run,
    make_variables,
    store_run,
    store_test,
)
from tests.test_threaded_requests import ask

BASE = f"/api/tests/{TEST_ID}"
PATHS = ["results", "outages", "timing", "availability/slots"]


def body(response):
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def rows(api, url, **params):
    text = body(api.get(url, params)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def objects(api, url, **params):
    return [json.loads(line) for line in body(api.get(url, params)).splitlines()]


@pytest.fixture
def now():
    return float(int(time.time()))


@pytest.fixture
def stored(redis_client, now):
    """Seven runs, of which the third and the last failed; another test with one."""
    store_test(redis_client)
    store_test(redis_client, "other")
    for n in range(7):
        run = make_run(f"r{n}", n not in (2, 6), now - (7 - n) * 15 * MINUTE)
        store_run(redis_client, TEST_ID, run, now - (7 - n) * 15 * MINUTE)
    store_run(redis_client, "other", make_run("x1", test_id=None), now - 60)


def test_results_are_all_runs_with_their_plain_fields(api, stored):
    found = rows(api, f"{BASE}/results.csv")
    assert [row["run_id"] for row in found] == [f"r{n}" for n in (6, 5, 4, 3, 2, 1, 0)]
    assert found[0] == {
        "test_id": TEST_ID,
        "run_id": "r6",
        "passed": "false",
        "started_at": found[0]["started_at"],
        "completed_at": found[0]["completed_at"],
        "duration_ms": "12340",
        "steps_passed": "2",
        "steps_total": "3",
        "triggered_by": "qstash",
        "error": "Step 3 failed: button not found",
        "details": "2 of 3 steps passed.",
    }
    assert found[1]["error"] == ""


def test_lines_of_json_are_what_the_endpoint_serves(api, stored):
    page = api.get(f"{BASE}/results").json()["results"]
    assert objects(api, f"{BASE}/results.ndjson") == page
    page = api.get(f"{BASE}/timing", {"outcomes": "true"}).json()["timing"]
    found = objects(api, f"{BASE}/timing.ndjson")
    assert found == [{"test_id": TEST_ID} | point for point in page]


def test_a_file_of_timing_says_how_runs_ended_unless_told_not_to(api, stored):
    ended = ["failed", *["passed"] * 3, "failed", *["passed"] * 2]
    for asked in ({}, {"window": "7d"}, {"outcomes": "true"}):
        found = rows(api, f"{BASE}/timing.csv", **asked)
        assert [row["outcome"] for row in found] == ended
    found = rows(api, "/api/timing.csv", tests=f"other,{TEST_ID}")
    assert [row["outcome"] for row in found] == [*ended, "passed"]
    for line in objects(api, f"{BASE}/timing.ndjson", window="7d", outcomes="false"):
        assert "outcome" not in line
    found = rows(api, f"{BASE}/timing.csv", outcomes="false")
    assert {row["outcome"] for row in found} == {""}


def test_outages_and_slots_are_those_of_the_endpoints(api, stored):
    page = api.get(f"{BASE}/outages").json()["outages"]
    assert [row["id"] for row in rows(api, f"{BASE}/outages.csv")] == ["r6", "r2"]
    assert objects(api, f"{BASE}/outages.ndjson")[1] == page[1]
    url, asked = f"{BASE}/availability/slots", {"count": 3, "bucket": "hour"}
    page = api.get(url, asked).json()["slots"]
    found = rows(api, f"{url}.csv", **asked)
    assert [row["start"] for row in found] == [slot["start"] for slot in page]
    assert [row["runs"] for row in found] == [str(slot["runs"]) for slot in page]


@pytest.mark.parametrize(
    "asked",
    [
        {"outcome": "failed"},
        {"outcome": "passed", "order": "oldest"},
        {"window": "50m"},
        {"min_duration_ms": 99999},
        {"triggered_by": "qstash"},
    ],
)
def test_filters_are_those_of_the_endpoint(api, stored, asked):
    page = api.get(f"{BASE}/results", asked).json()["results"]
    found = rows(api, f"{BASE}/results.csv", **asked)
    assert [row["run_id"] for row in found] == [run["run_id"] for run in page]


def test_several_tests_are_in_one_file_and_each_row_says_whose_it_is(api, stored):
    found = rows(api, "/api/results.csv", tests=f"other,{TEST_ID}", outcome="passed")
    told = [(row["test_id"], row["run_id"]) for row in found]
    assert told == [(TEST_ID, f"r{n}") for n in (5, 4, 3, 1, 0)] + [("other", "x1")]
    assert (
        objects(api, "/api/results.ndjson", tests="other,other")[0]["test_id"] is None
    )
    for url in ("/api/tests/other/results.csv", "/api/results.csv?tests=other"):
        assert [row["test_id"] for row in rows(api, url)] == ["other"]
    several = objects(api, "/api/results.ndjson", tests=f"other,{TEST_ID}")
    assert several[-1]["test_id"] == "other"
    for path in PATHS[1:]:
        found = rows(api, f"/api/{path}.csv", tests=f"other,{TEST_ID}")
        assert {row["test_id"] for row in found} <= {TEST_ID, "other"} and found


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_a_file_has_a_name_and_a_type(api, stored, path, form):
    kind = path.rpartition("/")[2]
    response = api.get(f"{BASE}/{path}.{form}")
    name = f'attachment; filename="{kind}-{TEST_ID}.{form}"'
    assert response["Content-Disposition"] == name
    assert response["Content-Type"] == streaming.MEDIA_TYPES[form]
    body(response)
    several = api.get(f"/api/{path}.{form}", {"tests": f"{TEST_ID},other"})
    assert several["Content-Disposition"] == f'attachment; filename="{kind}.{form}"'
    body(several)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("accept", "form"), [("text/csv", "csv"), ("application/x-ndjson", "ndjson")]
)
def test_the_endpoint_itself_answers_with_a_file_when_asked(
    api, stored, path, accept, form
):
    by_path = body(api.get(f"{BASE}/{path}.{form}"))
    response = api.get(f"{BASE}/{path}", HTTP_ACCEPT=accept)
    assert "Accept" in response["Vary"]
    assert response["Content-Disposition"].endswith(f'.{form}"')
    told = body(response)
    if path in ("results", "timing"):
        # What is still down is down for longer by now.
        assert told == by_path
    assert body(api.get(f"{BASE}/{path}?format={form}"))


@pytest.mark.parametrize("asked", ["", "?tests=abc12345", "?state=closed"])
def test_outages_of_all_are_a_file_where_one_is_accepted(api, stored, asked):
    page = api.get(f"/api/outages{asked}").json()["outages"]
    response = api.get(f"/api/outages{asked}", HTTP_ACCEPT="text/csv")
    assert response["Content-Disposition"] == 'attachment; filename="outages.csv"'
    text = body(response).decode()
    told = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["id"] for row in told] == [row["id"] for row in page] and told
    response = api.get(f"/api/outages{asked}", HTTP_ACCEPT="application/x-ndjson")
    told = [json.loads(line) for line in body(response).splitlines()]
    assert [row["test_id"] for row in told] == [row["test_id"] for row in page]
    missing = api.get("/api/outages?tests=zzz", HTTP_ACCEPT="text/csv")
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/json")


def test_an_empty_file_has_its_header(api, redis_client):
    store_test(redis_client)
    text = body(api.get(f"{BASE}/results.csv")).decode()
    assert text.startswith("test_id,run_id,passed,") and text.count("\r\n") == 1
    assert body(api.get(f"{BASE}/results.ndjson")) == b""


def test_cells_that_are_formulas_are_text(api, redis_client, now):
    store_test(redis_client)
    error = '=HYPERLINK("http://x")\nä€'
    store_run(redis_client, TEST_ID, make_run("-1+1", False, error=error), now - 60)
    [row] = rows(api, f"{BASE}/results.csv")
    assert (row["run_id"], row["error"]) == ("'-1+1", f"'{error}")


def test_hidden_values_leave_as_stars(api, redis_client, now):
    store_test(redis_client, variables=make_variables(pw="hunter22"))
    run = make_run("r1", False, error="typed hunter22")
    store_run(redis_client, TEST_ID, run, now - 60)
    for path in ("results.csv", "results.ndjson", "outages.csv", "outages.ndjson"):
        text = body(api.get(f"{BASE}/{path}")).decode()
        assert "hunter22" not in text and "typed ***" in text


def test_an_unknown_test_is_404_and_named(api, stored):
    for path in PATHS:
        missing = api.get(f"/api/tests/zzz/{path}.csv")
        assert (missing.status_code, missing["Content-Type"]) == (
            404,
            "application/json",
        )
        several = api.get(f"/api/{path}.csv", {"tests": f"zzz,{TEST_ID},yyy"})
        assert several.status_code == 404
        assert "yyy, zzz" in several.json()["errors"][0]["detail"]
        alone = api.get(f"/api/{path}.csv", {"tests": "zzz"})
        assert alone.status_code == 404
        assert "zzz" in alone.json()["errors"][0]["detail"]
        by_accept = api.get(f"/api/tests/zzz/{path}", HTTP_ACCEPT="text/csv")
        assert by_accept.status_code == 404
        assert by_accept["Content-Type"] == "application/json"


def test_what_cannot_be_meant_is_refused_by_name(api, stored):
    def refused(url, **params):
        response = api.get(url, params)
        assert response.status_code == 400, url
        return [error["attr"] for error in response.json()["errors"]]

    assert refused(f"{BASE}/results.csv", outcome="odd") == ["outcome"]
    assert refused(f"{BASE}/outages.csv", open_after=0) == ["open_after"]
    assert refused(f"{BASE}/availability/slots.csv", count=9999) == ["count"]
    assert refused("/api/results.csv") == ["tests"]
    many = ",".join(f"t{n}" for n in range(51))
    assert refused("/api/results.csv", tests=many) == ["tests"]
    assert refused(f"{BASE}/uptime", format="csv") == ["format"]
    response = api.get(f"{BASE}/results?outcome=odd", HTTP_ACCEPT="text/csv")
    assert (response.status_code, response["Content-Type"]) == (400, "application/json")


def test_a_store_that_is_away_is_said_before_a_file_begins(api, stored):
    use_store("redis://127.0.0.1:1")
    response = api.get(f"{BASE}/results.csv")
    assert response.status_code == 503
    assert response.json()["errors"][0]["code"] == "storage_unavailable"


def test_head_tells_what_a_file_is_and_makes_none(api, stored):
    response = api.head(f"{BASE}/results.csv")
    assert (response.status_code, response.content) == (200, b"")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert api.head("/api/tests/zzz/results.csv").status_code == 404


def test_head_refuses_what_get_refuses(api, stored):
    for asked in ("from=4102444800", "window=7d&to=5", "outcome=odd"):
        for kind in ("results", "outages", "timing"):
            url = f"{BASE}/{kind}.csv?{asked}"
            assert api.head(url).status_code == api.get(url).status_code, url
    assert api.head(f"{BASE}/results.csv?from=4102444800").status_code == 400
    assert (
        api.head(f"{BASE}/outages?window=0d", HTTP_ACCEPT="text/csv").status_code == 400
    )


@pytest.mark.parametrize(
    "path",
    [
        *("/metrics", "/metrics/streams", "/feed.atom", f"{BASE}/feed.atom"),
        *(f"/badges/{TEST_ID}/p95.svg", f"/badges/{TEST_ID}/p95.json"),
        *(f"{BASE}/results.csv", "/api/results.ndjson", f"{BASE}/results"),
    ],
)
def test_what_can_be_asked_of_it_is_told_in_json(api, path):
    response = api.options(path, HTTP_ACCEPT="text/csv")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response["Allow"] == "GET, HEAD, OPTIONS" and "Cache-Control" not in response


def test_a_file_is_whole_wherever_a_page_began(api, stored):
    cursor = api.get(f"{BASE}/results?limit=2").json()["next_cursor"]
    for place in (f"limit=2&cursor={cursor}", "limit=2&offset=2"):
        found = rows(api, f"{BASE}/results.csv?{place}")
        assert [row["run_id"] for row in found] == [f"r{n}" for n in range(6, -1, -1)]


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_a_file_is_compressed_where_that_is_accepted(api, stored, form):
    url = f"{BASE}/results.{form}"
    response = api.get(url, headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(body(response)) == body(api.get(url))


def test_under_asgi_a_file_is_made_in_parts(api, stored, monkeypatch):
    monkeypatch.setattr("results.exports.lines.CHUNK_BYTES", 100)
    status, headers, text = ask(f"{BASE}/results.csv")
    assert (status, headers[b"Content-Type"]) == (200, b"text/csv; charset=utf-8")
    assert text == body(api.get(f"{BASE}/results.csv"))
