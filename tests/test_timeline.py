"""The state of a test as a step function, beside a model that looks up each moment."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from results.analysis.observed import RunCounts, counted, timeline_of
from results.analysis.ranges import TimeRange
from results.analysis.spans import cut, fold, joined
from results.analysis.timeline import Timeline
from tests import state_model
from tests.factories import HOUR, MINUTE, NOW, NOW_SCORE

# Every 15 minutes: known for 45.
CRON, QUARTER = "*/15 * * * *", 15 * MINUTE
outcomes = st.booleans()
ages = st.sampled_from([0, 1, 14, 15, 16, 30, 44, 45, 46, 60, 90, 200, 500]) | (
    st.integers(-5, 600)
)


@st.composite
def histories(draw):
    """Points in any pattern: ties, gaps just under and just over what is known."""
    ages_of_runs = draw(st.lists(ages, max_size=25))
    return sorted(
        (
            NOW_SCORE - age * MINUTE + draw(st.sampled_from([0, 0, 0.25])),
            f"r{n}",
            passed,
        )
        for n, (age, passed) in enumerate((age, draw(outcomes)) for age in ages_of_runs)
    )


def moment(score):
    return datetime.fromtimestamp(score, timezone.utc)


def seconds(found):
    return tuple(part.total_seconds() for part in found)


@given(histories(), ages, ages, st.sampled_from([CRON, None]))
@example([], 0, 60, None)
def test_seconds_are_what_looking_up_each_moment_gives(points, age, length, schedule):
    expected = QUARTER if schedule else state_model.interval(points)
    end = NOW_SCORE - age * MINUTE
    start = end - max(0, length) * MINUTE
    line = timeline_of(points, schedule)
    found = line.states(moment(start), moment(end))
    assert line.expected == timedelta(seconds=expected)
    wanted = state_model.seconds(points, expected, start, end)
    assert seconds(found) == pytest.approx(wanted, abs=1e-4)
    assert found.length == moment(end) - moment(start)
    for score in (start, end, end - 30):
        assert line.state_at(moment(score)) == state_model.state_at(
            points, line.expected.total_seconds(), score
        )


@given(histories(), st.integers(0, 25))
def test_two_parts_of_a_history_join_to_the_whole(points, place):
    whole = fold(points, 45 * MINUTE)
    old, new = fold(points[:place], 45 * MINUTE), fold(points[place:], 45 * MINUTE)
    assert joined(old, new, 45 * MINUTE) == whole
    assert sum(span.runs for span in whole) == len(points)


@given(histories(), st.integers(0, 24))
def test_a_history_without_its_oldest_runs_is_the_spans_cut(points, gone):
    left = points[gone:]
    if not left:
        return
    passed = sum(point[2] for point in left)
    spans = fold(points, 45 * MINUTE)
    found = cut(spans, left[0], passed, len(left) - passed)
    assert found == tuple(fold(left, 45 * MINUTE))


@given(histories(), st.integers(1, 45))
def test_spans_may_be_parted_more_often_than_needed(points, minutes):
    start, end = moment(NOW_SCORE - 10 * HOUR), moment(NOW_SCORE)
    wanted = timeline_of(points, CRON)
    found = Timeline(fold(points, minutes * MINUTE), wanted.expected)
    for low, high in ((start, end), (start + timedelta(hours=3), end)):
        assert found.states(low, high) == wanted.states(low, high)


@given(histories(), ages, ages)
def test_runs_of_a_range_are_counted_by_its_ends(points, age, length):
    end = NOW_SCORE - age * MINUTE
    start = end - (max(0, length) + 1) * MINUTE
    bounded = TimeRange.between(moment(start), moment(end), NOW)
    trailing = TimeRange.trailing(timedelta(minutes=max(0, length)), NOW)
    found = counted(points, [bounded, trailing])
    assert found == [
        RunCounts(*state_model.counts(points, start, end, bounded.is_trailing)),
        RunCounts(
            *state_model.counts(
                points,
                NOW_SCORE - max(0, length) * MINUTE,
                NOW_SCORE + state_model.SKEW,
                True,
            )
        ),
    ]


def test_a_state_ends_with_the_third_expected_interval():
    line = timeline_of([(NOW_SCORE - HOUR, "r1", True)], CRON)
    found = line.states(NOW - timedelta(hours=2), NOW)
    assert seconds(found) == (45 * MINUTE, 0, 75 * MINUTE)
    assert line.known_until(0) == NOW - timedelta(minutes=15)


def test_the_start_of_a_range_takes_its_state_from_before():
    points = [
        (NOW_SCORE - 70 * MINUTE, "r1", False),
        (NOW_SCORE - 20 * MINUTE, "r2", True),
    ]
    found = timeline_of(points, CRON).states(NOW - timedelta(minutes=30), NOW)
    assert seconds(found) == (20 * MINUTE, 5 * MINUTE, 5 * MINUTE)


def test_a_test_that_never_ran_is_unknown():
    line = timeline_of([], CRON)
    assert (line.oldest, line.newest, line.state_at(NOW)) == (None, None, None)
    assert line.states(NOW - timedelta(hours=1), NOW).known == timedelta(0)
    backwards = line.states(NOW, NOW - timedelta(hours=1))
    assert backwards.length == timedelta(0)


def test_spans_of_other_runs_are_not_cut():
    points = [(float(n), f"r{n}", n != 2) for n in range(4)]
    spans = fold(points, 10)
    assert cut(spans, points[1], 2, 1) == tuple(fold(points[1:], 10))
    # Too many of the other outcome, too few runs, one that is of no span's beginning.
    assert cut(spans, points[1], 2, 2) is None
    assert cut(spans, points[1], 0, 1) is None
    assert cut(spans, (2.0, "r2", True), 2, 1) is None
    assert cut(spans, (9.0, "r9", True), 1, 0) is None
