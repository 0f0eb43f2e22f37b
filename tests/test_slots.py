"""Days and hours of a time zone, and what happened in each."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.analysis.availability import reliabilities
from results.analysis.observed import Observed, counted, timeline_of
from results.analysis.ranges import TimeRange
from results.analysis.slots import edges, slot_ranges, slots
from tests import state_model
from tests.factories import MINUTE

BERLIN = ZoneInfo("Europe/Berlin")
CRON, EXPECTED = "*/15 * * * *", 15 * MINUTE


def at(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


def lengths(bucket, count, zone, now):
    bounds = edges(bucket, count, ZoneInfo(zone), now)
    return [
        (b - a) / timedelta(hours=1) for a, b in zip(bounds, bounds[1:], strict=False)
    ]


def slotted(points, bucket, count, zone, now, schedule=CRON):
    bounds = edges(bucket, count, zone, now)
    ranges = slot_ranges(bounds, now)
    line = timeline_of(points, schedule)
    return slots(Observed("t", line, tuple(counted(points, ranges))), bounds, ranges)


@pytest.mark.parametrize(
    ("zone", "now", "hours"),
    [
        ("Europe/Berlin", at(2026, 3, 30, 12), [24, 23, 24]),
        ("Europe/Berlin", at(2026, 10, 26, 12), [24, 25, 24]),
        ("America/New_York", at(2026, 3, 9, 12), [24, 23, 24]),
        ("America/New_York", at(2026, 11, 2, 12), [24, 25, 24]),
        ("Australia/Lord_Howe", at(2026, 10, 4, 12), [24, 24, 23.5]),
        # Clocks go from 24:00 to 01:00: that day has no midnight.
        ("America/Santiago", at(2026, 9, 6, 12), [24, 24, 23]),
        ("UTC", at(2026, 3, 30, 12), [24, 24, 24]),
    ],
)
def test_days_are_as_long_as_clocks_say(zone, now, hours):
    assert lengths("day", 3, zone, now) == hours


def test_the_last_day_is_today_of_the_zone():
    bounds = edges("day", 2, BERLIN, at(2026, 2, 16, 23, 30))
    assert bounds == [at(2026, 2, n, 23) for n in (15, 16, 17)]


@pytest.mark.parametrize(
    ("zone", "minute"), [("UTC", 0), ("Asia/Kolkata", 30), ("Asia/Kathmandu", 15)]
)
def test_hours_are_those_of_the_zones_clock(zone, minute):
    bounds = edges("hour", 3, ZoneInfo(zone), at(2026, 2, 16, 12, 50, 7, 5))
    assert bounds == [at(2026, 2, 16, 10 + n, minute) for n in range(4)]


def test_an_hour_that_clocks_repeat_is_two_slots():
    bounds = edges("hour", 4, BERLIN, at(2026, 10, 25, 2, 30))
    assert [bound.astimezone(BERLIN).hour for bound in bounds] == [1, 2, 2, 3, 4]
    assert lengths("hour", 4, "Europe/Berlin", at(2026, 10, 25, 2, 30)) == [1] * 4


def test_slots_on_the_bound_begin_anew():
    now = at(2026, 2, 16)
    (slot,) = slotted([(now.timestamp(), "r1", False)], "day", 1, timezone.utc, now)
    assert (slot.start, slot.end) == (now, now + timedelta(days=1))
    assert (slot.state, slot.runs.failed) == ("down", 1)
    assert slot.states.length == timedelta(0)


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [("", "no_data"), ("+", "up"), ("-", "down"), ("+-", "partial"), ("-+", "partial")],
)
def test_a_slot_says_what_its_runs_and_seconds_say(outcomes, state):
    now = at(2026, 2, 16, 12, 30)
    runs = [
        ((now - timedelta(minutes=20 - n)).timestamp(), f"r{n}", outcome == "+")
        for n, outcome in enumerate(outcomes)
    ]
    (slot,) = slotted(runs, "hour", 1, timezone.utc, now)
    assert slot.state == state


def test_a_state_that_lasts_colours_the_next_slot():
    now = at(2026, 2, 16, 12, 30)
    runs = [(at(2026, 2, 16, 10, 50).timestamp(), "r1", False)]
    states = [slot.state for slot in slotted(runs, "hour", 4, timezone.utc, now)]
    assert states == ["no_data", "down", "down", "no_data"]


NOWS = [
    at(2026, 3, 29, 12, 7, 0, 123),
    at(2026, 10, 25, 1, 30),
    at(2026, 10, 26, 0, 0),
    at(2026, 2, 16, 12),
]
histories = st.lists(
    st.tuples(st.integers(-6, 4 * 24 * 60), st.booleans()), max_size=25
)


@given(
    histories,
    st.sampled_from(NOWS),
    st.sampled_from(["day", "hour"]),
    st.integers(1, 5),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
)
def test_slots_are_the_plain_model_and_add_up(history, now, bucket, count, zone):
    end = now.timestamp()
    points = state_model.kept(
        sorted(
            (end - age * MINUTE, f"r{n:02}", p) for n, (age, p) in enumerate(history)
        ),
        end,
    )
    found = slotted(points, bucket, count, ZoneInfo(zone), now)
    assert len(found) == count
    for place, slot in enumerate(found):
        low, high = slot.start.timestamp(), slot.end.timestamp()
        is_last = place == count - 1
        passed, failed = state_model.counts(
            points, low, end + 300 if is_last else high, is_last
        )
        assert (slot.runs.passed, slot.runs.failed) == (passed, failed)
        up, down, _ = state_model.seconds(points, EXPECTED, low, min(high, end))
        assert slot.states.up.total_seconds() == pytest.approx(up, abs=1e-3)
        assert slot.states.down.total_seconds() == pytest.approx(down, abs=1e-3)
        good, bad = passed or up, failed or down
        assert slot.state == (
            "partial"
            if good and bad
            else "up" if good else "down" if bad else "no_data"
        )
    whole = TimeRange.between(found[0].start, None, now)
    observed = Observed("t", timeline_of(points, CRON), tuple(counted(points, [whole])))
    (figures,) = reliabilities(observed, [whole])
    assert sum(slot.runs.passed for slot in found) == figures.runs.passed
    assert sum(slot.runs.failed for slot in found) == figures.runs.failed
    assert sum((s.states.down for s in found), timedelta(0)) == figures.states.down
    assert sum((s.states.up for s in found), timedelta(0)) == figures.states.up
