"""How often a test is expected to run: by its cron, by its runs, or once a day."""

from datetime import timedelta

import pytest

from results.analysis.expected import cron_interval, expected_interval

MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("* * * * *", MINUTE),
        ("*/15 * * * *", 15 * MINUTE),
        # From minute 49 to the next hour, not the 7 minutes that it seems.
        ("0,7,49 * * * *", 42 * MINUTE),
        ("0 9-17 * * *", 16 * HOUR),
        # Monday to Friday: over the weekend nothing has fired again within the week.
        ("0 9 * * 1-5", DAY),
        ("*/5 9-17 * * 1-5", 15 * HOUR + 5 * MINUTE),
        ("30 3 * * *", DAY),
        # Three firings have two gaps.
        ("0 0 * * 1,3,5", 2 * DAY),
        # Two have one, so that the weeks after it count.
        ("0 0 * * 1,3", 5 * DAY),
        ("0 0 * * 0", 7 * DAY),
        ("0 0 1 * *", 31 * DAY),
        ("0 0 1 1 *", 366 * DAY),
        # Leap days, as far as the library looks ahead.
        ("0 0 29 2 *", 1461 * DAY),
    ],
)
def test_a_cron_says_how_often(schedule, expected):
    assert cron_interval(schedule) == expected
    assert expected_interval(schedule, [0.0, 10.0, 20.0]) == expected


@pytest.mark.parametrize(
    "schedule",
    [
        None,
        "",
        "nonsense",
        "61 * * * *",
        "* * * *",
        "0 * * * * *",
        "0 0 31 2 *",
        "0 0 " + "9" * 5000 + " * *",
        "0 0 " + "9" * 1900 + " * *",
    ],
)
def test_without_a_valid_cron_the_runs_say_it(schedule):
    assert expected_interval(schedule, [0.0, 60.0, 180.0, 200.0]) == MINUTE
    assert expected_interval(schedule, [0.0, 60.0, 180.0]) == 1.5 * MINUTE


@pytest.mark.parametrize("recent", [[], [1000.0]])
def test_with_under_two_runs_it_is_a_day(recent):
    assert expected_interval(None, recent) == DAY


def test_only_the_last_50_runs_say_it():
    old = [float(n) for n in range(100)]
    new = [1000.0 + 60 * n for n in range(50)]
    assert expected_interval("", old + new) == MINUTE


def test_runs_of_one_moment_have_no_time_between():
    assert expected_interval("", [5.0, 5.0]) == timedelta(0)
