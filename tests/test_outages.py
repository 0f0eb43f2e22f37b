"""Outages, beside a model that walks from run to run."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.analysis.observed import timeline_of
from results.analysis.outage_causes import newest_first, sort_newest_first
from results.analysis.outages import Outage, outages, overlapping
from results.analysis.ranges import TimeRange
from tests import state_model
from tests.factories import HOUR, MINUTE, NOW, NOW_SCORE
from tests.test_timeline import CRON, QUARTER, ages, histories

thresholds = st.integers(1, 4)


def points_of(text, minutes=15):
    """`..F.`: a run for each character, the last one a quarter of an hour ago."""
    first = NOW_SCORE - len(text) * minutes * MINUTE
    return [
        (first + n * minutes * MINUTE, f"r{n}", mark == ".")
        for n, mark in enumerate(text)
    ]


def folded(text, *thresholds):
    found = outages(timeline_of(points_of(text), CRON), NOW, *thresholds)
    return [(o.id, o.last_id, o.recovery_id, o.failed_runs) for o in found]


def at(score):
    return None if score is None else datetime.fromtimestamp(score, timezone.utc)


@given(histories(), thresholds, thresholds)
def test_outages_are_what_walking_from_run_to_run_gives(points, opening, closing):
    found = outages(timeline_of(points, CRON), NOW, opening, closing)
    wanted = state_model.outages(points, QUARTER, NOW_SCORE, opening, closing)
    assert [
        (o.id, o.started_at, o.failed_runs, o.last_id, o.ended_at, o.recovery_id)
        for o in found
    ] == [
        (first, at(start), failed, last, at(end), recovery)
        for first, start, failed, last, end, recovery, _ in wanted
    ]
    downs = [o.down.total_seconds() for o in found]
    assert downs == pytest.approx([row[-1] for row in wanted], abs=1e-4)
    for outage in found:
        until = outage.ended_at or NOW
        assert outage.duration == max(until - outage.started_at, timedelta(0))
        assert outage.down <= outage.duration


@given(histories(), ages, ages)
def test_those_overlap_that_have_a_moment_in_the_range(points, age, length):
    end = NOW_SCORE - age * MINUTE
    start = end - (max(0, length) + 1) * MINUTE
    asked = TimeRange.between(at(start), at(end), NOW)
    last = asked.runs_end.timestamp()
    found = outages(timeline_of(points, CRON), NOW)
    wanted = []
    for row in state_model.outages(points, QUARTER, NOW_SCORE):
        begun = row[1] <= last if asked.is_trailing else row[1] < last
        lasts = row[4] is None or row[4] > start or row[1] >= start
        wanted += [row[0]] if begun and lasts else []
    assert [o.id for o in overlapping(found, asked)] == wanted


@given(histories(), st.randoms(use_true_random=False))
def test_runs_that_come_late_give_the_outages_that_they_give_in_order(points, dice):
    late = list(points)
    dice.shuffle(late)
    assert outages(timeline_of(sorted(late), CRON), NOW) == outages(
        timeline_of(points, CRON), NOW
    )


@given(histories(), st.integers(0, 25), thresholds, thresholds)
def test_trimming_changes_at_most_the_outage_that_it_cuts(
    points, trimmed, opening, closing
):
    whole = outages(timeline_of(points, CRON), NOW, 1, 1)
    kept = points[trimmed:]
    rest = outages(timeline_of(kept, CRON), NOW, 1, 1)
    ids = {point[1] for point in kept}
    assert [o for o in rest if o in whole] == [o for o in whole if o.id in ids]
    assert len(rest) - len([o for o in whole if o.id in ids]) in (0, 1)


def test_failed_runs_in_a_row_are_one_outage():
    assert folded("..FFF..F.") == [("r2", "r4", "r5", 3), ("r7", "r7", "r8", 1)]
    assert folded("") == folded("...") == []
    assert folded("FF") == [("r0", "r1", None, 2)]


def test_thresholds_open_later_and_close_later():
    assert folded("F.FF.FFF.", 3) == [("r5", "r7", "r8", 3)]
    assert folded("F.F..F", 1, 2) == [("r0", "r2", "r3", 2), ("r5", "r5", None, 1)]
    assert folded("FF.F..", 2, 2) == [("r0", "r3", "r4", 3)]
    assert folded("F.F.F.", 2, 2) == []


def test_an_outage_spans_gaps_that_nobody_saw():
    points = [
        (NOW_SCORE - 10 * HOUR, "r1", False),
        (NOW_SCORE - 5 * HOUR, "r2", False),
        (NOW_SCORE - HOUR, "r3", True),
    ]
    [outage] = outages(timeline_of(points, CRON), NOW)
    assert outage.duration == timedelta(hours=9)
    assert outage.down == timedelta(minutes=90)


def test_an_outage_that_begins_and_ends_at_one_moment_is_still_one():
    points = [(NOW_SCORE, "r1", False), (NOW_SCORE, "r2", True)]
    [outage] = outages(timeline_of(points, CRON), NOW)
    assert (outage.duration, outage.is_open) == (timedelta(0), False)
    for start, end, inside in ((NOW, None, True), (None, NOW, False)):
        assert outage.overlaps(TimeRange.between(start, end, NOW)) is inside


def test_an_outage_that_a_clock_ahead_began_has_no_length_yet():
    points = [(NOW_SCORE + 60, "r1", False)]
    [outage] = outages(timeline_of(points, CRON), NOW)
    assert (outage.duration, outage.down) == (timedelta(0), timedelta(0))


def test_a_page_of_one_tests_outages_is_that_of_all_in_order():
    times = [NOW + timedelta(minutes=n) for n in (0, 0, 1, 2, 2, 2, 3)]
    found = [
        Outage(f"r{n}", at, 1, "", at, 0, None, None, timedelta(0), timedelta(0))
        for n, at in enumerate(times)
    ]
    rows = [("t", outage) for outage in found]
    sort_newest_first(rows)
    for offset in range(9):
        for limit in range(9):
            page = newest_first(found, offset, limit)
            assert page == [outage for _, outage in rows[offset : offset + limit]]
