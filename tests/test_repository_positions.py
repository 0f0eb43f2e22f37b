"""Positions whose members are there, moved, gone, or were never read."""

import pytest

from results.analysis.asking import RunFilter, RunQuestion
from results.codec import cursors
from results.codec.cursors import Cursor
from results.domain import UNREAD, Position
from results.repository import ResultRepository, anchors, walking
from tests.factories import NOW_SCORE, TEST_ID, make_run, store_runs, store_test

KEY = f"results:{TEST_ID}"


@pytest.fixture
def stored(redis_client, monkeypatch):
    """`new`, then six runs of one time, then `old`; little is searched at once."""
    monkeypatch.setattr(anchors, "SEARCHED", 2)
    store_test(redis_client)
    tied = [(make_run(f"r{n}"), NOW_SCORE) for n in range(6)]
    ends = [(make_run("new"), NOW_SCORE + 1), (make_run("old"), NOW_SCORE - 1)]
    store_runs(redis_client, TEST_ID, [*tied, *ends])
    return redis_client


ORDER = ["new", "r5", "r4", "r3", "r2", "r1", "r0", "old"]


def member(client, run_id):
    return next(m for m in client.zrange(KEY, 0, -1) if f'"{run_id}"'.encode() in m)


def position(client, run_id, rank):
    return Position(NOW_SCORE, rank, cursors.digest(member(client, run_id)))


def ids(client, place, is_back=False, limit=99, **asked):
    question = RunQuestion(cursor=Cursor(place, is_back), **asked)
    page = ResultRepository(client).asked_runs(TEST_ID, question).page(0, limit)
    return [run.run_id for run in page.items]


@pytest.mark.parametrize("rank", [0, 1, 3, 6])
def test_a_member_is_found_wherever_it_is_by_now(stored, rank):
    place = position(stored, "r3", rank)
    assert ids(stored, place) == ORDER[4:]
    assert ids(stored, place, is_back=True) == ORDER[:3]
    assert ids(stored, place, newest_first=False) == ORDER[:3][::-1]
    assert ids(stored, place, is_back=True, limit=1) == ["r4"]


def test_a_member_that_is_gone_is_known_by_those_above(stored):
    place = position(stored, "r3", 3)
    stored.zrem(KEY, member(stored, "r3"))
    assert ids(stored, place) == ORDER[4:]
    assert ids(stored, place, is_back=True) == ORDER[:3]
    stored.zremrangebyrank(KEY, 0, 2)
    assert ids(stored, place) == ["r2"]
    assert ids(stored, place, newest_first=False) == ORDER[:3][::-1]


def test_one_that_is_gone_and_had_no_rank_has_its_time_met_again(stored):
    place = position(stored, "r3", 0)
    stored.zrem(KEY, member(stored, "r3"))
    left = [run_id for run_id in ORDER if run_id != "r3"]
    assert ids(stored, place) == left[1:]
    assert ids(stored, place, is_back=True) == left[:-1]


def test_of_a_member_that_was_not_read_the_rank_is_trusted(stored):
    assert ids(stored, Position(NOW_SCORE, 3, UNREAD)) == ORDER[4:]
    assert ids(stored, Position(NOW_SCORE, 0, UNREAD)) == ORDER[1:]
    for name, score in (("new", NOW_SCORE + 1), ("old", NOW_SCORE - 1)):
        after = ORDER[ORDER.index(name) + 1 :]
        assert ids(stored, Position(score, 0, UNREAD)) == after
        stored.zrem(KEY, member(stored, name))
        assert ids(stored, Position(score, 1, UNREAD)) == after


def test_a_time_that_changes_at_every_look_is_walked_all_the_same(stored, monkeypatch):
    monkeypatch.setattr(walking, "TRIES", 0)
    assert ids(stored, position(stored, "r3", 3)) == ORDER[3:]
    newer = ids(stored, position(stored, "r3", 3), newest_first=False)
    assert newer == ORDER[:3][::-1]


@pytest.mark.parametrize("newest_first", [True, False])
def test_runs_of_one_time_that_a_filter_asks_for_are_never_parted(stored, newest_first):
    order = ORDER if newest_first else ORDER[::-1]
    asked = {"runs": RunFilter(passed=True), "newest_first": newest_first}
    repository, found, cursor = ResultRepository(stored), [], None
    store_runs(stored, TEST_ID, [(make_run(f"s{n}"), NOW_SCORE) for n in range(9)])
    while True:
        question = RunQuestion(cursor=cursor, **asked)
        page = repository.asked_runs(TEST_ID, question).page(0, 1)
        found += [run.run_id for run in page.items]
        if page.next is None:
            break
        cursor = Cursor(page.next, is_back=False)
    assert [run_id for run_id in found if run_id[0] != "s"] == order
    assert len(found) == len(set(found)) == 17
