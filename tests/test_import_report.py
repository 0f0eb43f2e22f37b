"""`import_report`: one file is one run, however often it is imported."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from results.connection import use_store
from tests.factories import TEST_ID, store_test
from tests.test_reports import PYTEST


@pytest.fixture
def command(api, tmp_path):
    """Import a file with this content for the test, against the empty server."""

    def run(content=PYTEST, *arguments, test=TEST_ID, **options):
        file = tmp_path / "report.xml"
        file.write_bytes(content)
        out = StringIO()
        words = [str(file), f"--test={test}", *arguments]
        call_command("import_report", *words, stdout=out, **options)
        return out.getvalue()

    return run


def test_a_report_becomes_a_run_that_the_api_shows(api, command):
    said = command(name="Suite")
    assert "1 of 3 test cases passed, 1 skipped." in said
    page = api.get(f"/api/tests/{TEST_ID}/results").json()
    [run] = page["results"]
    assert run["run_id"] in said
    assert (run["passed"], run["triggered_by"]) == (False, "import")
    assert run["started_at"] == "2026-02-16T12:00:00Z"
    assert [step["passed"] for step in run["step_results"]] == [
        True,
        False,
        None,
        False,
    ]
    assert api.get(f"/api/tests/{TEST_ID}").json()["name"] == "Suite"
    assert api.get(f"/api/tests/{TEST_ID}/incidents").json()["total"] == 1
    [point] = api.get(f"/api/tests/{TEST_ID}/timing").json()["timing"]
    assert point["duration_ms"] == 3500


def test_the_same_file_again_changes_nothing(redis_client, command):
    store_test(redis_client)
    assert "before" not in command()
    assert "It was recorded before." in command()
    assert redis_client.zcard(f"results:{TEST_ID}") == 1
    assert redis_client.llen(f"incidents:{TEST_ID}") == 1


def test_the_same_file_at_another_time_is_a_conflict(redis_client, command):
    command(name="Suite")
    with pytest.raises(CommandError, match="another content already; nothing"):
        command(PYTEST, "--started-at=2026-02-17T12:00:00", name="Other")
    assert redis_client.hget(f"test:{TEST_ID}", "name") == b"Suite"


def test_a_report_without_a_time_needs_one(redis_client, command):
    store_test(redis_client)
    timeless = b'<testsuite><testcase name="a"/></testsuite>'
    with pytest.raises(CommandError, match="give --started-at; nothing was recorded"):
        command(timeless)
    command(timeless, "--started-at=2026-02-17T12:00:00+02:00")
    [member] = redis_client.zrange(f"results:{TEST_ID}", 0, -1)
    assert json.loads(member)["started_at"] == "2026-02-17T10:00:00Z"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<testsuite>\n<testcase/></testsuite>", "report.xml: line 2: a test case"),
        (
            b'<testsuite timestamp="1960-02-16T12:00:00">'
            b'<testcase name="a"/></testsuite>',
            "report.xml: started_at must lie in the years 1970",
        ),
        (
            b'<testsuite timestamp="9999-12-31T23:59:59" time="9999">'
            b'<testcase name="a"/></testsuite>',
            "report.xml: date value out of range",
        ),
    ],
)
def test_a_bad_file_is_refused_and_nothing_is_recorded(
    redis_client, command, content, reason
):
    with pytest.raises(CommandError, match=reason):
        command(content, name="Suite")
    assert redis_client.keys() == []


def test_a_test_that_is_unknown_is_no_slip_of_the_pen(redis_client, command):
    with pytest.raises(CommandError, match="no test abc12345: --name NAME creates it"):
        command()
    assert redis_client.keys() == []


def test_an_id_that_cannot_be_one_is_refused(command):
    with pytest.raises(CommandError, match="'a b' is no test id"):
        command(test="a b")


def test_a_time_that_is_none_is_refused(command):
    with pytest.raises(CommandError, match="a time in ISO 8601 is required"):
        command(PYTEST, "--started-at=soon")


def test_a_file_that_is_not_there_is_named(api, tmp_path):
    with pytest.raises(CommandError, match="missing.xml: No such file"):
        call_command("import_report", str(tmp_path / "missing.xml"), test=TEST_ID)


def test_a_store_that_refuses_is_said(command):
    use_store("redis://127.0.0.1:1/0")
    with pytest.raises(CommandError, match="^the store failed: "):
        command()
    with pytest.raises(CommandError, match="^the store failed: "):
        command(name="Suite")


def test_a_key_of_another_type_is_named(redis_client, command):
    redis_client.set(f"results:{TEST_ID}", "text")
    with pytest.raises(CommandError, match="results:abc12345 is a string: nothing"):
        command()
