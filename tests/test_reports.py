"""Reports of test runners: what is read of each format, and what is refused."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from results.recorder.entry import RunEntry
from results.reports import BadReport, Case, Report, read_report, run_id, run_record

START = datetime(2026, 2, 16, 12, 0, tzinfo=timezone.utc)

# What pytest writes, by hand and for all it may hold.
PYTEST = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites name="pytest tests">
<testsuite name="pytest" tests="4" time="3.5" timestamp="2026-02-16T13:00:00+01:00">
<testcase classname="tests.test_a" name="test_passes" time="0.25" />
<testcase classname="tests.test_a" name="test_fails" time="1">
<failure message="assert 1 == 2">long text</failure></testcase>
<testcase classname="" name="test_later"><skipped message="no nginx"/></testcase>
<testcase classname="tests.test_a" name="test_ends_badly" time="0">
<skipped message="xfail" /><error message="teardown broke">text</error></testcase>
</testsuite></testsuites>"""


def playwright(*tests, **root):
    specs = [{"title": "adds up", "tests": list(tests)}]
    inner = {"title": "the page", "specs": specs}
    stats = {"startTime": "2026-02-16T12:00:00.000Z", "duration": 1500.5}
    suites = [{"title": "a.spec.ts", "specs": [], "suites": [inner]}]
    return json.dumps({"suites": suites, "stats": stats, "errors": []} | root).encode()


def tried(status, *results, **fields):
    return {"projectName": "chromium", "status": status, "results": results} | fields


def mochawesome(*tests, hooks=(), **stats):
    inner = {"title": "the page", "tests": list(tests), "beforeHooks": list(hooks)}
    times = {"start": "2026-02-16T12:00:00.000Z", "duration": 900}
    results = [{"title": "", "file": "a.cy.js", "tests": [], "suites": [inner]}]
    return json.dumps({"stats": times | stats, "results": results}).encode()


def mocha(title, word, **fields):
    states = {name: name == word for name in ("pass", "fail", "pending")}
    return {"title": title, "duration": 300, "err": {}} | states | fields


def junit(*cases, attributes=""):
    inner = "".join(cases)
    return f"<testsuite {attributes}>{inner}</testsuite>".encode()


def test_pytests_junit_is_read_case_by_case():
    assert read_report(PYTEST) == Report(
        kind="JUnit",
        cases=(
            Case("tests.test_a › test_passes", True, None, 0, 250.0),
            Case("tests.test_a › test_fails", False, "assert 1 == 2", 0, 1000.0),
            Case("test_later", None, "no nginx"),
            Case("tests.test_a › test_ends_badly", False, "teardown broke"),
        ),
        started_at=START,
        duration_ms=3500.0,
    )


def test_suites_in_suites_take_their_time_once_and_the_root_knows_best():
    case = '<testcase name="a" time="1"/>'
    inner = f'<testsuite time="1">{case}</testsuite>'
    outer = f'<testsuite time="2.5">{inner}{inner}</testsuite>'
    both = f"<testsuites>{outer}{outer}</testsuites>".encode()
    assert read_report(both).duration_ms == 5000
    told = f'<testsuites time="3">{outer}{outer}</testsuites>'.encode()
    assert read_report(told).duration_ms == 3000
    assert read_report(junit(case, case)).duration_ms == 2000


def test_the_earliest_suite_says_when_it_began():
    stamped = [
        f'<testsuite timestamp="2026-02-16T12:0{n}:00"><testcase name="a"/></testsuite>'
        for n in (3, 0, 7)
    ]
    assert read_report(junit(*stamped)).started_at == START
    assert read_report(junit('<testcase name="a"/>')).started_at is None


def test_surefires_tries_are_retries_and_its_thousands_are_read():
    flaky = '<testcase name="a" time="1,234.5"><flakyFailure/><flakyError/></testcase>'
    [case] = read_report(junit(flaky)).cases
    assert (case.passed, case.retries, case.duration_ms) == (True, 2, 1_234_500)


def test_a_failure_without_a_message_says_its_text():
    failed = '<testcase name="a"><failure>\x1b[31mred\x1b[0m</failure></testcase>'
    # XML has no escape character: writers leave it out or write it as text.
    text = junit(failed.replace("\x1b", ""))
    assert read_report(text).cases[0].message == "[31mred[0m"


BAD_XML = [
    (b"", "^the file is empty"),
    (b" \n", "^the file is empty"),
    (b"<testsuite>\n<testcase name='a'>", "line 2: not XML: "),
    (b"plain text", "line 1: not XML: "),
    (b"<html>\n</html>", "line 1: the root is html, not testsuites"),
    (junit(), "^there is no test case in it"),
    (junit("\n<testcase/>"), "line 2: a test case has no name"),
    (junit("\n\n<testcase name='a' time='soon'/>"), "line 3: a time is no number"),
    (junit(f"<testcase name='a' time='{'9' * 400}'/>"), "line 1: a time is no number"),
    (junit("<testcase name='a' time='40000000'/>"), "^it took over a year"),
    (junit("\n<testcase name='a'><testcase name='b'/></testcase>"), "line 2: a test c"),
    (junit("<testcase name='a'><testsuite/></testcase>"), "line 1: a suite inside"),
    (junit("<testcase name='a'><skipped/></testcase>"), "^every test case .* skipped"),
    (junit(attributes="timestamp='yesterday'"), "line 1: a timestamp is no time"),
    (b"<!DOCTYPE testsuite>\n" + junit(), "line 1: a document type or entity"),
    (
        b'<!DOCTYPE t [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
        + junit("<testcase name='&c;'/>"),
        "line 1: a document type or entity",
    ),
]


@pytest.mark.parametrize(("content", "reason"), BAD_XML)
def test_a_file_that_is_no_junit_is_refused_by_line_and_reason(content, reason):
    with pytest.raises(BadReport, match=reason):
        read_report(content)


def test_playwright_tests_are_cases_their_projects_and_tries_included():
    at = "2026-02-16T12:00:01Z"
    broken = {
        "status": "failed",
        "duration": 10,
        "error": {"message": "\x1b[31mno\x1b[0m"},
    }
    passed = {"status": "passed", "duration": 20.5, "startTime": at}
    report = read_report(
        playwright(
            tried("expected", passed),
            tried("flaky", broken, passed),
            tried("unexpected", broken, broken),
            tried("skipped", projectName=""),
        )
    )
    name = "a.spec.ts › the page › adds up"
    assert report.cases == (
        Case(f"{name} [chromium]", True, None, 0, 20.5),
        Case(f"{name} [chromium]", True, "no", 1, 30.5),
        Case(f"{name} [chromium]", False, "no", 1, 20.0),
        Case(name, None),
    )
    assert (report.kind, report.started_at) == ("Playwright", START)
    assert (report.duration_ms, report.error) == (1500.5, None)


def test_playwright_without_stats_has_the_times_of_its_tests():
    passed = [{"duration": 5, "startTime": f"2026-02-16T12:00:0{n}Z"} for n in (3, 0)]
    report = read_report(
        playwright(*(tried("expected", p) for p in passed), stats=None)
    )
    assert (report.started_at, report.duration_ms) == (START, 10)


def test_what_failed_outside_of_a_playwright_test_fails_the_run():
    report = read_report(
        playwright(tried("expected"), errors=[{"value": "no browser"}, {}])
    )
    assert report.error == "no browser"
    record = run_record(report, run_id="a", test_id="b", started_at=START)
    assert (record["passed"], record["error"]) == (False, "no browser")
    assert record["details"] == "1 of 1 test cases passed, 0 skipped."


def test_mochawesome_tests_are_cases_and_hooks_only_where_they_failed():
    report = read_report(
        mochawesome(
            mocha("adds up", "pass"),
            mocha("loads", "fail", err={"message": "Timed out"}),
            mocha("later", "pending"),
            hooks=[
                mocha('"before all" hook', ""),
                mocha('"before each" hook', "fail", err={"estack": "at x"}),
            ],
        )
    )
    name = "a.cy.js › the page › "
    assert report.cases == (
        Case(f'{name}"before each" hook', False, "at x", 0, 300),
        Case(f"{name}adds up", True, None, 0, 300),
        Case(f"{name}loads", False, "Timed out", 0, 300),
        Case(f"{name}later", None, None, 0, 300),
    )
    assert (report.kind, report.started_at) == ("Cypress", START)
    assert report.duration_ms == 900


BAD_JSON = [
    (b"[]", "line 1: not an object"),
    (b'{\n"suites": [}', "line 2: not JSON: "),
    (b'{"suites": \xff}', "line 1: not UTF-8"),
    (b'{\n"a": NaN}', "not JSON: NaN"),
    (b'{"a":' * 100_000, "^not JSON: nested too deeply"),
    (b'{"stats": {}}', "line 1: neither Playwright's suites nor mochawesome's"),
    (b'{"suites": []}', "^there is no test case in it"),
    (b'{"results": []}', "^there is no test case in it"),
    (b'{"suites": [\n1]}', "line 1: suites holds something that is no object"),
    (b'{"suites": [\n{"specs": [\n\n{"title": 1}]}]}', "^there is no test case in it"),
    (
        b'{"suites": [{"specs": [\n\n{"title": 1, "tests": [{}]}]}]}',
        "line 3: title is not text",
    ),
    (
        b'{"suites":[{"specs":[{"title":"a","tests":[\n{"status":"odd"}]}]}]}',
        "line 2: the status is none of expected",
    ),
    (b'{"suites": [],\n"stats": {"duration": -1}}', "line 2: duration is no number"),
    (b'{"suites": [],\n"stats": {"duration": true}}', "line 2: duration is no number"),
    (b'{"suites": [], "stats": {"startTime": "now"}}', "line 1: startTime is no time"),
    (b'{"suites": [], "stats": []}', "line 1: stats is not an object"),
    (mochawesome(start="yesterday"), "line 1: start is no time"),
    (mochawesome(mocha("a", "pass", fail=True)), "line 1: a test that passed and"),
    (mochawesome(mocha("a", "fail", **{"pass": 1})), "line 1: pass is not true or"),
]


@pytest.mark.parametrize(("content", "reason"), BAD_JSON)
def test_a_file_that_is_no_report_in_json_is_refused_by_line_and_reason(
    content, reason
):
    with pytest.raises(BadReport, match=reason):
        read_report(content)


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("results.reports.reading.LARGEST_BYTES", 1024**2)
    with pytest.raises(BadReport, match="^over 1 MB"):
        read_report(b" " * (1024**2 + 1))


def test_a_run_counts_what_was_not_skipped_and_says_what_failed():
    record = run_record(
        read_report(PYTEST), run_id="a1b2", test_id="abc12345", started_at=START
    )
    assert (record["steps_passed"], record["steps_total"]) == (1, 3)
    assert record["error"] == "Step 2 failed: tests.test_a › test_fails: assert 1 == 2"
    assert record["details"] == "1 of 3 test cases passed, 1 skipped."
    assert [step["passed"] for step in record["step_results"]] == [
        True,
        False,
        None,
        False,
    ]
    assert record["plan"]["steps"][2] == {
        "step_number": 3,
        "description": "test_later",
    }
    assert record["step_results"][0]["details"] == "tests.test_a › test_passes: passed"
    assert record["completed_at"] == "2026-02-16T12:00:03.500000Z"
    entry = RunEntry.of("abc12345", record)
    assert entry.score == START.timestamp() and entry.incident


def test_long_names_and_messages_are_cut():
    case = Case("n" * 5000, False, "m" * 5000)
    report = Report("JUnit", (case,), START, 1)
    record = run_record(report, run_id="a", test_id="b", started_at=START)
    assert len(record["step_results"][0]["details"]) == 500 + 2 + 2000


def test_a_file_has_one_run_id():
    assert run_id(PYTEST) == run_id(bytes(PYTEST)) != run_id(PYTEST + b"\n")
    assert len(run_id(PYTEST)) == 16


def test_the_report_of_this_suite_is_read():
    from results.demo.own_suite import own_run

    run = own_run(START)
    assert run["passed"] and run["started_at"] == "2026-02-16T11:00:00Z"
    assert timedelta(milliseconds=run["duration_ms"]) < timedelta(minutes=1)
