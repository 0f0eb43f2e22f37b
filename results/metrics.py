"""Sums over domain values: pure functions, `now` is an argument."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from cronsim import CronSim, CronSimError

from results.counted import CountedTest, CountedTests
from results.domain import (
    Dashboard,
    RecentRun,
    SyntheticTest,
    Totals,
    Uptime,
    Window,
    WindowRuns,
    outcome_of,
)

RECENT_RUNS = 5
NO_RUNS_PCT = 100.0
# Every minute, hour, day and month by its number takes 400 characters. What is much
# longer takes seconds to parse, and memory in the cache.
LONGEST_SCHEDULE = 2000
_MINUTE = timedelta(minutes=1)


def uptime(test_id: str, window: Window, runs: WindowRuns) -> Uptime:
    """passed / total * 100 with one decimal, as the plan says; 100.0 without runs."""
    total = runs.passed + runs.failed
    return Uptime(
        test_id=test_id,
        uptime_pct=round(runs.passed / total * 100, 1) if total else NO_RUNS_PCT,
        total_runs=total,
        passed_runs=runs.passed,
        failed_runs=runs.failed,
        window_hours=window.hours,
        skipped=runs.skipped,
        future_runs=runs.future_runs,
    )


def totals(tests: CountedTests, overdue: int, running: int) -> Totals:
    """The counts over all tests; of these, so many are overdue, and so many running."""
    statuses = _counted(tests.statuses, counted_status)
    outcomes = _counted(tests.last_results, outcome_of)
    return Totals(
        total_tests=len(tests),
        active_tests=statuses["active"],
        paused_tests=statuses["paused"],
        error_tests=statuses["error"],
        passing=outcomes["passing"],
        failing=outcomes["failing"],
        pending=outcomes["pending"],
        overdue=overdue,
        running=running,
    )


def dashboard(
    tests: CountedTests,
    counts: Totals,
    recent: Sequence[RecentRun],
    now: datetime,
) -> Dashboard:
    """All tests at once; `recent` are the runs of `recent_tests`."""
    return Dashboard(
        counts=counts,
        last_run_at_global=recent[0].test.last_run_at if recent else None,
        next_run_approx_minutes=next_run_minutes(tests, now),
        skipped=tests.skipped,
        recent_runs=tuple(recent),
    )


def _counted(
    column: Iterable[str | None], meaning: Callable[[str | None], str]
) -> Counter[str]:
    """How often each meaning is in the column, of which few values differ."""
    counts: Counter[str] = Counter()
    for value, count in Counter(column).items():
        counts[meaning(value)] += count
    return counts


def counted_status(status: str | None) -> str:
    """`active`, `paused` or `error`, so that the three add up to the total."""
    return status if status in ("paused", "error") else "active"


def recent_tests(tests: CountedTests) -> list[CountedTest]:
    """The five tests that ran last, as instants; those that never ran are left out."""
    times = heapq.nlargest(RECENT_RUNS, filter(None, tests.last_runs))
    if not times:
        return []
    ran = [
        (-time.timestamp(), tests.ids[place], place)
        for place, time in enumerate(tests.last_runs)
        if time and time >= times[-1]
    ]
    return [tests.row(place) for *_, place in heapq.nsmallest(RECENT_RUNS, ran)]


def next_run_minutes(tests: CountedTests, now: datetime) -> int | None:
    """Whole minutes, rounded up, until the next firing (UTC) of any active test."""
    different = set(zip(tests.statuses, tests.schedules, strict=True))
    minute = now.replace(second=0, microsecond=0)
    firings = [
        next_firing(schedule, minute)
        for status, schedule in different
        if schedule
        and counted_status(status) == "active"
        and len(schedule) <= LONGEST_SCHEDULE
    ]
    known = [firing for firing in firings if firing]
    return math.ceil((min(known) - now) / _MINUTE) if known else None


@lru_cache(maxsize=4096)
def next_firing(schedule: str, minute: datetime) -> datetime | None:
    """The first firing of a 5-field cron expression after `minute`; None if never."""
    if len(schedule.split()) != 5:
        return None
    try:
        return next(CronSim(schedule, minute), None)
    except (CronSimError, ValueError):
        # ValueError: a number of more digits than Python reads.
        return None


def newest_first(tests: Iterable[SyntheticTest]) -> list[SyntheticTest]:
    """By `created_at`, those without one last; ties by id."""
    return sorted(
        tests,
        key=lambda test: (
            -test.created_at.timestamp() if test.created_at else math.inf,
            test.id,
        ),
    )


def matching(tests: Iterable[SyntheticTest], text: str) -> list[SyntheticTest]:
    """Tests that show `text` in id, name or URL; what is hidden cannot be searched."""
    wanted = text.casefold()
    return [
        test
        for test in tests
        if any(
            wanted in shown.casefold()
            for shown in (test.id, test.name, test.url)
            if shown
        )
    ]
