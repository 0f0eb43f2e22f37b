"""How long the newest passed runs took, remembered by what that is told from."""

import pytest

from results.analysis.summary import recent_durations
from results.domain import UnknownTest, UnreadableKey
from results.repository import ResultRepository, latest
from results.repository.latest import Latest
from results.run_index.use import IndexUse
from tests.factories import (
    NOW,
    NOW_SCORE,
    TEST_ID,
    make_run,
    store_run,
    store_test,
    store_timing,
)


@pytest.fixture
def repository(redis_client):
    store_test(redis_client)
    for n in range(3):
        run = make_run(f"r{n}", duration_ms=1000 + n)
        store_run(redis_client, TEST_ID, run, NOW_SCORE - 60 * n)
    return ResultRepository(redis_client, index=IndexUse())


def took(repository):
    (found,) = repository.glimpses([TEST_ID], NOW, ())
    durations = repository.durations([TEST_ID], NOW)[TEST_ID]
    assert [*found.durations] == [*durations]
    points = found.latest.points()
    assert [*durations] == recent_durations(found.observed.newest, points)
    return [*durations]


def test_what_is_remembered_is_not_decoded_again(repository, monkeypatch):
    expected = took(repository)
    assert expected == [1000, 1001, 1002]

    def decoded(*_args):
        raise AssertionError("decoded again")

    monkeypatch.setattr(latest.timing, "decode_member", decoded)
    found = repository.durations([TEST_ID], NOW)
    assert [*found[TEST_ID]] == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda r: store_timing(r, TEST_ID, "5:r1", NOW_SCORE - 60),
            [5, *range(1000, 1003)],
        ),
        (lambda r: store_timing(r, TEST_ID, "5:other", NOW_SCORE), [1000, 1001, 1002]),
        (lambda r: r.zremrangebyrank(f"timing:{TEST_ID}", 0, 1), [1000]),
        (lambda r: r.zremrangebyrank(f"results:{TEST_ID}", 0, 0), [1000, 1001]),
        (lambda r: r.delete(f"timing:{TEST_ID}"), []),
        (
            lambda r: r.zadd(f"timing:{TEST_ID}", {b"\xff": NOW_SCORE}),
            [1000, 1001, 1002],
        ),
        (lambda r: r.delete(f"timing:{TEST_ID}") and r.set(f"timing:{TEST_ID}", 1), []),
        (
            lambda r: store_run(
                r, TEST_ID, make_run("bad", False, duration_ms=9), NOW_SCORE
            ),
            [1000, 1001, 1002],
        ),
    ],
)
def test_a_change_of_points_or_runs_is_seen(repository, redis_client, change, expected):
    took(repository)
    change(redis_client)
    assert took(repository) == expected


def test_tests_whose_runs_cannot_be_read_have_none(repository, redis_client):
    redis_client.set("results:broken", "text")
    assert repository.durations(["broken", TEST_ID], NOW).keys() == {TEST_ID}
    assert repository.observed(["broken", TEST_ID], NOW, ()).keys() == {TEST_ID}


def test_those_of_one_test_are_the_same_or_refused(repository, redis_client):
    assert [*repository.newest_durations(TEST_ID, NOW)] == took(repository)
    with pytest.raises(UnknownTest):
        repository.newest_durations("unknown", NOW)
    for key in (f"timing:{TEST_ID}", f"results:{TEST_ID}"):
        redis_client.delete(key)
        redis_client.set(key, "text")
        with pytest.raises(UnreadableKey):
            repository.newest_durations(TEST_ID, NOW)
        redis_client.delete(key)


def test_either_protocol_brings_the_same_durations():
    newest = ((2.0, "r2", True), (3.0, "r3", True))
    flat = [b"7:r3", b"3", b"5:r2", b"2"]
    for key, reply in (("flat", flat), ("pairs", [[b"7:r3", 3.0], [b"5:r2", 2.0]])):
        found = Latest(key, reply)
        assert [found.durations(newest), found.durations(newest)] == [[5, 7]] * 2
        assert [point.run_id for point in found.points()] == ["r3", "r2"]
