"""Scores and text to aware UTC and back."""

import math
import time
from datetime import datetime, timedelta, timezone

import pytest

from results.codec import times
from tests.factories import NOW, NOW_SCORE

UTC = timezone.utc


def test_a_score_is_seconds_since_1970_with_a_fraction():
    found = times.from_score(NOW_SCORE + 0.25)
    assert found == NOW + timedelta(milliseconds=250)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "score",
    [-0.001, -1e18, 253_402_300_800, 1e300, float("inf"), float("-inf"), float("nan")],
)
def test_a_score_outside_the_years_1970_to_9999_has_no_time(score):
    assert times.from_score(score) is None


@pytest.mark.parametrize("score", [0, math.nextafter(253_402_300_800, 0)])
def test_the_first_and_the_last_moment_have_a_time(score):
    assert times.from_score(score).timestamp() == pytest.approx(score, abs=1e-4)


def test_a_time_becomes_the_score_it_came_from():
    assert times.to_score(times.from_score(NOW_SCORE + 0.125)) == NOW_SCORE + 0.125


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-14T10:00:00Z", datetime(2026, 2, 14, 10, tzinfo=UTC)),
        ("2026-02-14T10:00:00+00:00", datetime(2026, 2, 14, 10, tzinfo=UTC)),
        ("2026-02-14T12:00:00+02:00", datetime(2026, 2, 14, 10, tzinfo=UTC)),
        ("2026-02-14T10:00:00", datetime(2026, 2, 14, 10, tzinfo=UTC)),
        ("2026-02-14T10:00:00.5Z", datetime(2026, 2, 14, 10, 0, 0, 500_000, UTC)),
        ("2026-02-14", datetime(2026, 2, 14, tzinfo=UTC)),
    ],
)
def test_text_is_read_as_utc(text, moment):
    assert times.from_text(text) == moment


@pytest.mark.parametrize(
    "text", [None, "", "soon", "1771063203", "2026-13-01", "0001-01-01T00:00+10:00"]
)
def test_unreadable_text_is_no_time(text):
    assert times.from_text(text) is None


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (None, None),
        (NOW, "2026-02-16T12:00:00Z"),
        (NOW + timedelta(microseconds=1), "2026-02-16T12:00:00.000001Z"),
        (NOW.astimezone(timezone(timedelta(hours=5))), "2026-02-16T12:00:00Z"),
    ],
)
def test_a_time_goes_out_in_utc_with_a_z(moment, text):
    assert times.to_text(moment) == text


def test_text_without_an_offset_is_utc_wherever_the_machine_is(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        found = times.from_text("2026-02-14T10:00:00")
    time.tzset()
    assert found == datetime(2026, 2, 14, 10, tzinfo=UTC)
