"""Timelines as they are read, with an index and without: beside the plain model."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.analysis.ranges import TimeRange
from results.domain import UnknownTest, UnknownTests, UnreadableKey
from results.repository import ResultRepository
from results.run_index.use import IndexUse
from tests import state_model
from tests.factories import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    NOW_SCORE,
    TEST_ID,
    ago,
    make_run,
    store_runs,
    store_test,
    to_member,
)

RANGES = [
    *(TimeRange.trailing(timedelta(hours=n), NOW) for n in (1, 24, 2160)),
    TimeRange.between(None, None, NOW),
    TimeRange.between(NOW - timedelta(hours=8), NOW - timedelta(hours=1), NOW),
    TimeRange.between(None, NOW - timedelta(hours=2), NOW),
]
# The same as the model takes them: from, to, and whether that end is included.
BOUNDS = [
    *((NOW_SCORE - n * HOUR, NOW_SCORE + 300, True) for n in (1, 24, 2160)),
    (0, NOW_SCORE + 300, True),
    (NOW_SCORE - 8 * HOUR, NOW_SCORE - HOUR, False),
    (0, NOW_SCORE - 2 * HOUR, False),
]
ids = st.sampled_from([f"r{n}" for n in range(9)])
scores = st.sampled_from(
    [NOW_SCORE - HOUR * n for n in (0, 0.25, 1, 2, 3, 5, 8, 24, 2160, 2161)]
    + [NOW_SCORE + ahead for ahead in (1, 300, 300.001, DAY)]
    + [-1.0, 0.0, 1e12, NOW_SCORE - 0.004]
)
runs = st.tuples(ids, st.booleans(), scores, st.integers(0, 2))


def stored(history):
    members = {
        to_member({"run_id": run_id, "passed": passed, "copy": copy}): (
            run_id,
            passed,
            score,
        )
        for run_id, passed, score, copy in history
    }
    return {member: run[2] for member, run in members.items()}, list(members.values())


@pytest.fixture(scope="module")
def readers(server_client):
    """A repository with an index, and one without, over the emptied server."""

    def fill(members, **fields):
        server_client.flushdb()
        store_test(server_client, **fields)
        server_client.zadd(f"results:{TEST_ID}", {**members, b"bad": NOW_SCORE})
        return [
            ResultRepository(server_client, index=IndexUse(mode))
            for mode in ("on", "off")
        ]

    return fill


def without_ties_of_one_id(history):
    """Two copies of a run at one moment: which one counts is the order of members."""
    seen = {}
    return [run for run in history if seen.setdefault((run[0], run[2]), run) is run]


@settings(max_examples=120)
@given(
    st.lists(runs, max_size=20).map(without_ties_of_one_id),
    st.sampled_from(["", "*/15 * * * *"]),
)
def test_a_timeline_is_that_of_the_plain_model(readers, history, schedule):
    members, copies = stored(history)
    points = state_model.kept(state_model.newest_copies(copies), NOW_SCORE)
    expected = 15 * MINUTE if schedule else state_model.interval(points)
    for reader in readers(members, schedule=schedule):
        for _again in range(2):
            found = reader.timeline(TEST_ID, NOW, RANGES)
            line = found.timeline
            assert line.expected.total_seconds() == pytest.approx(expected, abs=1e-5)
            assert [(counts.passed, counts.failed) for counts in found.counts] == [
                state_model.counts(points, *bounds) for bounds in BOUNDS
            ]
            states = line.states(NOW - timedelta(hours=24), NOW)
            assert [part.total_seconds() for part in states] == pytest.approx(
                state_model.seconds(points, expected, NOW_SCORE - DAY, NOW_SCORE),
                abs=1e-3,
            )
            if points:
                assert line.oldest.timestamp() == pytest.approx(points[0][0])
                assert line.newest.last_id == points[-1][1]


def test_a_test_without_runs_has_an_empty_timeline(store, repository):
    store_test(store)
    found = repository.timeline(TEST_ID, NOW, RANGES)
    assert found.timeline.spans == ()
    assert {counts.total for counts in found.counts} == {0}


def test_a_test_without_its_hash_goes_by_its_runs(store, repository):
    store_runs(store, TEST_ID, [(make_run(f"r{n}"), ago(hours=n)) for n in range(4)])
    found = repository.timeline(TEST_ID, NOW)
    assert found.timeline.expected == timedelta(hours=1)
    assert [span.runs for span in found.timeline.spans] == [4]


def test_a_hash_of_another_type_has_no_schedule(store, repository):
    store.set(f"test:{TEST_ID}", "text")
    store_runs(store, TEST_ID, [(make_run(f"r{n}"), ago(hours=n)) for n in range(4)])
    assert repository.timeline(TEST_ID, NOW).timeline.expected == timedelta(hours=1)


def test_a_timeline_of_an_unknown_test_is_an_unknown_test(repository):
    with pytest.raises(UnknownTest):
        repository.timeline(TEST_ID, NOW)


def test_results_of_another_type_have_no_timeline(store, repository):
    store.set(f"results:{TEST_ID}", "text")
    with pytest.raises(UnreadableKey):
        repository.timeline(TEST_ID, NOW)


def test_of_several_tests_the_unknown_ones_are_named(store, repository):
    store_test(store)
    with pytest.raises(UnknownTests) as raised:
        repository.timelines([TEST_ID, "gone", "away"], NOW)
    assert raised.value.args == ("away", "gone")
