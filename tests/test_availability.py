"""Figures of availability beside the plain model: windows cut states and outages."""

import math
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.analysis.availability import availabilities
from results.analysis.observed import Observed, counted, timeline_of
from results.analysis.ranges import TimeRange
from results.analysis.shares import percent, share
from tests import state_model
from tests.factories import MINUTE, NOW, NOW_SCORE

CRON, EXPECTED = "*/15 * * * *", 15 * MINUTE
ages = st.sampled_from([0, 15, 30, 45, 60, 61, 90, 300]) | st.integers(-5, 400)
points = st.lists(st.tuples(ages, st.booleans()), max_size=20).map(
    lambda runs: sorted(
        (NOW_SCORE - age * MINUTE, f"r{n:02}", passed)
        for n, (age, passed) in enumerate(runs)
    )
)
ranges = st.one_of(
    st.integers(1, 500).map(
        lambda n: (
            TimeRange.trailing(timedelta(minutes=n), NOW),
            NOW_SCORE - n * MINUTE,
            NOW_SCORE,
            NOW_SCORE + 300,
            True,
        )
    ),
    st.tuples(st.integers(0, 400), st.integers(1, 200)).map(
        lambda pair: (
            TimeRange.between(
                NOW - timedelta(minutes=sum(pair)),
                NOW - timedelta(minutes=pair[0]),
                NOW,
            ),
            NOW_SCORE - sum(pair) * MINUTE,
            NOW_SCORE - pair[0] * MINUTE,
            NOW_SCORE - pair[0] * MINUTE,
            False,
        )
    ),
)


def figures(points, asked, schedule=CRON):
    observed = Observed(
        "t", timeline_of(points, schedule), tuple(counted(points, [asked]))
    )
    (found,) = availabilities(observed, [asked], NOW)
    return found


def outages_by_hand(points):
    """(from, to or None) of failed runs in a row, one run after the other."""
    found, since = [], None
    for score, _, passed in points:
        if not passed and since is None:
            since = score
        elif passed and since is not None:
            found.append((since, score))
            since = None
    return found + ([(since, None)] if since is not None else [])


def seconds(length):
    return None if length is None else length.total_seconds()


@given(points, ranges)
def test_every_figure_is_what_counting_by_hand_gives(points, asked):
    time_range, start, end, runs_end, with_end = asked
    found = figures(points, time_range)
    up, down, unknown = state_model.seconds(points, EXPECTED, start, end)
    passed, failed = state_model.counts(points, start, runs_end, with_end)

    def counts(score):
        return start <= score and (score < runs_end or (with_end and score == runs_end))

    inside = [
        (low, high)
        for low, high in outages_by_hand(points)
        if (counts(low) or low < start)
        and (high is None or high > start or low >= start)
    ]
    closed = [high - low for low, high in inside if high is not None]
    begun = sum(counts(low) for low, _ in inside)
    parts = [
        max(0, min(NOW_SCORE if high is None else high, end) - max(low, start))
        for low, high in inside
    ]

    assert (found.figures.runs.passed, found.figures.runs.failed) == (passed, failed)
    assert seconds(found.figures.states.up) == pytest.approx(up, abs=1e-3)
    assert seconds(found.figures.states.down) == pytest.approx(down, abs=1e-3)
    assert seconds(found.figures.states.unknown) == pytest.approx(unknown, abs=1e-3)
    if passed + failed:
        exact = 100 * passed / (passed + failed)
        assert found.figures.run_pct == pytest.approx(exact, abs=0.001)
        assert found.figures.run_pct <= exact + 1e-9
    else:
        assert found.figures.run_pct is None
    if up + down:
        assert found.figures.time_pct == pytest.approx(
            100 * up / (up + down), abs=0.0011
        )
    else:
        assert found.figures.time_pct is None
    assert found.figures.coverage == pytest.approx(
        (up + down) / (end - start), abs=0.0011
    )
    assert found.outages.count == len(inside)
    assert seconds(found.outages.longest) == (max(parts) if parts else None)
    assert seconds(found.outages.mean_to_recovery) == (
        pytest.approx(sum(closed) / len(closed), abs=1e-3) if closed else None
    )
    assert seconds(found.outages.mean_between) == (
        pytest.approx(up / begun, abs=1e-3) if begun else None
    )
    oldest = min((score for score, _, _ in points), default=math.inf)
    reaches_back = points and start < oldest
    assert (found.figures.data_from is not None) == bool(reaches_back)
    if reaches_back:
        assert found.figures.data_from.timestamp() == oldest


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_share_is_never_rounded_up(part, more):
    whole = part + more
    found = percent(part, whole)
    if not whole:
        assert found is None
        return
    assert (found == 100.0) is (more == 0)
    assert found == math.floor(part * 100_000 / whole + 1e-9) / 1000
    assert percent(timedelta(seconds=part), timedelta(seconds=whole)) == found


def test_one_failure_in_a_million_is_not_100_percent():
    assert percent(999_999, 1_000_000) == 99.999
    assert share(timedelta(seconds=86_399.99), timedelta(days=1)) == 0.999


def test_without_data_nothing_is_100_percent():
    asked = TimeRange.trailing(timedelta(hours=24), NOW)
    found = figures([], asked)
    assert (found.figures.run_pct, found.figures.time_pct, found.figures.coverage) == (
        None,
        None,
        0.0,
    )
    assert (found.outages.count, found.outages.longest) == (0, None)
    assert found.figures.data_from is None


def test_an_outage_longer_than_the_window_is_cut_to_it():
    hours = [
        (NOW_SCORE - 15 * MINUTE * n, f"r{n:03}", False) for n in range(200, -1, -1)
    ]
    found = figures(hours, TimeRange.trailing(timedelta(hours=24), NOW))
    assert seconds(found.outages.longest) == 86_400
    assert (found.outages.count, found.outages.mean_to_recovery) == (1, None)
    assert found.outages.mean_between is None
    assert (found.figures.time_pct, found.figures.run_pct) == (0.0, 0.0)


def test_all_that_is_kept_begins_with_the_oldest_run():
    points = [(NOW_SCORE - 30 * MINUTE, "r1", True)]
    found = figures(points, TimeRange.between(None, None, NOW))
    assert found.figures.start == found.figures.data_from == NOW - timedelta(minutes=30)
    assert (found.figures.coverage, found.figures.time_pct) == (1.0, 100.0)
    before = TimeRange.between(None, NOW - timedelta(hours=1), NOW)
    assert figures(points, before).figures.coverage is None


def test_a_moment_is_kept_to_the_microsecond():
    score = datetime(2026, 2, 16, 11, 50, 0, 123457, timezone.utc).timestamp()
    found = figures([(score, "r1", True)], TimeRange.trailing(timedelta(hours=1), NOW))
    assert found.figures.states.up == timedelta(minutes=10) - timedelta(
        microseconds=123457
    )
