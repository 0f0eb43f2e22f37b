"""Sums over tests and runs: pure, `now` handed in."""

from datetime import datetime, timedelta, timezone

import pytest

from results import metrics
from results.counted import CountedTest, CountedTests
from results.domain import (
    Dashboard,
    RecentRun,
    Run,
    SyntheticTest,
    Totals,
    Uptime,
    Window,
    WindowRuns,
)
from tests.factories import NOW

DAY = Window.trailing(24, NOW)


def seen(test_id, minutes_ago, **fields):
    """A test whose last run was so many minutes before `NOW`."""
    ran = NOW - timedelta(minutes=minutes_ago)
    return SyntheticTest(test_id, last_run_at=ran, **fields)


def counted(tests, skipped=0):
    rows = (
        CountedTest(t.id, t.status, t.last_result, t.last_run_at, t.schedule)
        for t in tests
    )
    return CountedTests.of(rows, skipped)


def dashboard(*tests, newest=(), now=NOW, skipped=0):
    known = {test.id: test for test in tests}
    recent = [
        RecentRun(known[test.id], dict(newest).get(test.id))
        for test in metrics.recent_tests(counted(tests))
    ]
    rows = counted(tests, skipped)
    return metrics.dashboard(rows, metrics.totals(rows, 1, 2), recent, now)


def test_a_window_reaches_back_whole_hours_and_300_seconds_ahead():
    assert DAY.start == NOW - timedelta(hours=24)
    assert DAY.end == NOW + timedelta(seconds=300)


@pytest.mark.parametrize(
    ("passed", "failed", "uptime_pct"),
    [
        (23, 1, 95.8),
        (0, 0, 100.0),
        (1, 0, 100.0),
        (0, 1, 0.0),
        (2, 1, 66.7),
        (1, 2, 33.3),
        (1, 1, 50.0),
        (999, 1, 99.9),
    ],
)
def test_uptime_is_the_share_of_passed_runs_with_one_decimal(
    passed, failed, uptime_pct
):
    assert metrics.uptime("t", DAY, WindowRuns(passed, failed)) == Uptime(
        test_id="t",
        uptime_pct=uptime_pct,
        total_runs=passed + failed,
        passed_runs=passed,
        failed_runs=failed,
        window_hours=24,
    )


def test_uptime_says_what_was_left_out():
    found = metrics.uptime("t", DAY, WindowRuns(1, 0, skipped=2, future_runs=3))
    assert (found.skipped, found.future_runs) == (2, 3)


def test_an_empty_dashboard_is_all_zeros():
    assert dashboard() == Dashboard(
        counts=Totals(0, 0, 0, 0, 0, 0, 0, overdue=1, running=2),
        last_run_at_global=None,
        next_run_approx_minutes=None,
    )


def test_statuses_add_up_to_the_total():
    statuses = ["active", "paused", "error", None, "", "Paused", "archived"]
    found = dashboard(*(SyntheticTest(s or "x", status=s) for s in statuses)).counts
    assert (found.active_tests, found.paused_tests, found.error_tests) == (5, 1, 1)
    assert found.total_tests == 7


def test_outcomes_add_up_to_the_total():
    last = ["passed", "failed", "error", "pending", None, "", "Passed", "skipped"]
    found = dashboard(*(SyntheticTest(r or "x", last_result=r) for r in last)).counts
    assert (found.passing, found.failing, found.pending) == (1, 2, 5)
    assert found.total_tests == 8


def test_unreadable_tests_are_only_in_skipped():
    found = dashboard(SyntheticTest("a"), skipped=3)
    assert (found.counts.total_tests, found.skipped) == (1, 3)


def test_the_five_that_ran_last_are_the_recent_ones():
    tests = [seen(f"t{n}", minutes_ago=n) for n in (6, 2, 5, 1, 4, 3)]
    found = dashboard(*tests, SyntheticTest("never"))
    assert [r.test.id for r in found.recent_runs] == ["t1", "t2", "t3", "t4", "t5"]
    assert found.last_run_at_global == NOW - timedelta(minutes=1)


def test_recent_is_meant_by_instant_and_not_by_text():
    tokyo = timezone(timedelta(hours=9))
    later_by_text = datetime(2026, 2, 16, 20, 0, tzinfo=tokyo)  # 11:00 UTC
    tests = [SyntheticTest("tokyo", last_run_at=later_by_text), seen("utc", 30)]
    assert [t.id for t in metrics.recent_tests(counted(tests))] == ["utc", "tokyo"]


def test_tests_that_ran_at_one_instant_are_ordered_by_id():
    tests = [seen(test_id, 1) for test_id in "cab"]
    assert [t.id for t in metrics.recent_tests(counted(tests))] == ["a", "b", "c"]


def test_a_recent_test_comes_with_its_newest_run_or_none():
    run = Run({"run_id": "r", "passed": True})
    with_run, without, unknown = seen("a", 1), seen("b", 2), seen("c", 3)
    found = dashboard(with_run, without, unknown, newest={"a": run, "b": None})
    assert found.recent_runs == (
        RecentRun(with_run, run),
        RecentRun(without, None),
        RecentRun(unknown, None),
    )


# 2026-02-16 is a Monday.
@pytest.mark.parametrize(
    ("schedule", "now", "minutes"),
    [
        ("*/15 * * * *", "12:00:00", 15),
        ("*/15 * * * *", "12:00:01", 15),
        ("*/15 * * * *", "12:14:00", 1),
        ("*/15 * * * *", "12:14:59.999999", 1),
        ("*/15 * * * *", "12:15:00", 15),
        ("* * * * *", "12:00:30", 1),
        ("0 9 * * *", "12:00:00", 21 * 60),
        ("0 9 * * MON", "12:00:00", 7 * 24 * 60 - 3 * 60),
        ("0 0 1 MAR *", "12:00:00", 12 * 24 * 60 + 12 * 60),
        ("  */15   *  * * * ", "12:00:00", 15),
        ("0 0 29 2 *", "12:00:00", (742 * 24 + 12) * 60),
        (",".join(map(str, range(60))) + " * * * *", "12:00:00", 1),
    ],
)
def test_the_next_firing_is_told_in_whole_minutes_rounded_up(schedule, now, minutes):
    moment = datetime.fromisoformat(f"2026-02-16T{now}+00:00")
    tests = counted([SyntheticTest("a", schedule=schedule)])
    assert metrics.next_run_minutes(tests, moment) == minutes


@pytest.mark.parametrize(
    "schedule",
    [
        None,
        "",
        "soon",
        "@hourly",
        "61 * * * *",
        "* * * *",
        "* * * * * *",
        "*/0 * * * *",
        "0 0 30 2 *",
        "0 0 31 4,6,9,11 *",
        "9" * 5000 + " * * * *",
        "² * * * *",
        # Takes seconds to parse.
        ",".join(["0-59"] * 100_000) + " * * * *",
    ],
)
def test_a_schedule_that_never_fires_or_is_none_says_nothing(schedule):
    tests = counted([SyntheticTest("a", schedule=schedule)])
    assert metrics.next_run_minutes(tests, NOW) is None


def test_the_soonest_of_all_active_tests_counts():
    tests = [
        SyntheticTest("a", schedule="0 13 * * *"),
        SyntheticTest("b", schedule="30 12 * * *", status="active"),
        SyntheticTest("c", schedule="5 12 * * *", status="paused"),
        SyntheticTest("d", schedule="6 12 * * *", status="error"),
        SyntheticTest("e", schedule="broken"),
    ]
    assert dashboard(*tests).next_run_approx_minutes == 30


def test_an_expression_is_worked_out_once_however_many_tests_have_it():
    metrics.next_firing.cache_clear()
    tests = counted(SyntheticTest(str(n), schedule="*/7 * * * *") for n in range(50))
    for second in range(50):
        metrics.next_run_minutes(tests, NOW + timedelta(seconds=second))
    assert metrics.next_firing.cache_info().misses == 1


def test_tests_are_listed_newest_first_and_those_of_unknown_age_last():
    tests = [
        SyntheticTest("b"),
        SyntheticTest("old", created_at=NOW - timedelta(days=1)),
        SyntheticTest("z", created_at=NOW),
        SyntheticTest("y", created_at=NOW),
        SyntheticTest("a"),
    ]
    found = [test.id for test in metrics.newest_first(tests)]
    assert found == ["y", "z", "old", "a", "b"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["abc12345", "def"]),
        ("BC1", ["abc12345"]),
        ("login", ["abc12345"]),
        ("STRASSE", ["abc12345"]),
        ("shop.io", ["abc12345"]),
        ("secret goal", []),
        ("none", []),
    ],
)
def test_tests_are_searched_by_what_they_show(text, found):
    tests = [
        SyntheticTest(
            "abc12345",
            name="Login Straße",
            url="https://Shop.io",
            goal="secret goal",
        ),
        SyntheticTest("def"),
    ]
    assert [test.id for test in metrics.matching(tests, text)] == found
