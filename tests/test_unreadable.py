"""A corrupt member is told about once, and never quoted."""

import logging

import pytest

from results import unreadable
from results.counted import CountedTest
from results.domain import CorruptMember
from results.repository import ResultRepository
from tests.factories import TEST_ID, make_run, store_runs, store_test, store_timing

SECRET_MEMBER = b'{"password": "hunter2"'


@pytest.fixture(autouse=True)
def nothing_seen(monkeypatch):
    monkeypatch.setattr(unreadable, "_seen", set())


def lines(caplog):
    return [record.getMessage() for record in caplog.records]


def test_a_member_is_logged_once_however_often_it_is_met(caplog):
    for _ in range(3):
        unreadable.note("results:a", SECRET_MEMBER, CorruptMember("not JSON"))
    (line,) = lines(caplog)
    assert line.startswith("skipped a member of results:a: not JSON")
    assert caplog.records[0].levelno == logging.WARNING


def test_the_line_holds_nothing_of_the_member(caplog):
    unreadable.note("results:a", SECRET_MEMBER, CorruptMember("not JSON"))
    assert "hunter2" not in caplog.text
    assert "password" not in caplog.text


def test_other_members_and_other_keys_have_lines_of_their_own(caplog):
    for key, member in (("results:a", b"x"), ("results:b", b"x"), ("results:b", b"y")):
        unreadable.note(key, member, CorruptMember("not JSON"))
    assert len(set(lines(caplog))) == 3


def test_long_keys_that_begin_alike_are_told_apart(caplog):
    for last in "ab":
        unreadable.note("p" * 80 + last, b"x", CorruptMember("not JSON"))
    assert len(lines(caplog)) == 2


def test_what_is_remembered_is_bounded(caplog, monkeypatch):
    monkeypatch.setattr(unreadable, "REMEMBERED", 2)
    for member in (b"a", b"b", b"c", b"c"):
        unreadable.note("k", member, CorruptMember("not JSON"))
    assert len(lines(caplog)) == 3
    assert len(unreadable._seen) == 1


def test_reading_a_page_and_a_window_again_logs_nothing_new(fake_client, caplog):
    store_test(fake_client)
    store_runs(fake_client, TEST_ID, [(b"bad", 2), (make_run(), 1)])
    store_timing(fake_client, TEST_ID, "nan", 1)
    repository = ResultRepository(fake_client)
    for _ in range(2):
        repository.runs(TEST_ID).page(0, 10)
        repository.timing(TEST_ID).page(0, 10)
        repository.recent_runs([CountedTest(TEST_ID, None, None, None, None)])
    assert [line.split(":")[0] for line in lines(caplog)] == [
        "skipped a member of results",
        "skipped a member of timing",
    ]
