"""All tests at a glance: which of them in what order, and what a row tells of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from typing import NamedTuple

from results.analysis.availability import Reliability
from results.analysis.observed import Observed
from results.analysis.percentiles import percentile
from results.analysis.slots import DOWN, UP
from results.analysis.spans import Point, time_of
from results.counted import CountedTest, CountedTests
from results.domain import SyntheticTest, TimingPoint, outcome_of
from results.metrics import LONGEST_SCHEDULE, counted_status, next_firing

UNKNOWN = "unknown"
FAILING, LAST_RUN, NAME, ID = ORDERS = "failing", "last_run", "name", "id"
P95 = 95
_NEVER = datetime.min.replace(tzinfo=timezone.utc)


class Mark(NamedTuple):
    """One element of a strip: a run (`passed` or `failed`), or a slot by its state."""

    at: datetime
    state: str
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A test at a glance. Without `observed` its runs cannot be read."""

    test: SyntheticTest
    observed: Observed | None
    is_running: bool
    is_overdue: bool
    next_run_at: datetime | None
    figures: Sequence[Reliability]
    strip: Sequence[Mark]
    p95_ms: float | None

    def state(self, now: datetime) -> str:
        """`up`, `down` or `unknown`, by the model."""
        passed = self.observed.timeline.state_at(now) if self.observed else None
        return UNKNOWN if passed is None else UP if passed else DOWN


def chosen(tests: CountedTests, status: str | None, result: str | None) -> list[int]:
    """The places of tests of this status and this outcome; None is any."""
    if status is None and result is None:
        return list(range(len(tests)))
    rows = list(zip(tests.statuses, tests.last_results, strict=True))
    # Of thousands of tests few differ in these.
    asked = {
        (found, last)
        for found, last in set(rows)
        if status in (None, counted_status(found))
        and result in (None, outcome_of(last))
    }
    return [place for place, row in enumerate(rows) if row in asked]


def ordered(
    places: Sequence[int],
    tests: CountedTests,
    order: str,
    names: Mapping[str, str | None],
) -> list[int]:
    """The places in this order: failing first, then by when they ran last; by that
    alone; by name, those without one last; by id, as all that are alike otherwise."""
    by_id = sorted(places, key=tests.ids.__getitem__)
    if order == ID:
        return by_id
    if order == NAME:
        named = ((names.get(tests.ids[place]), place) for place in by_id)
        keys = {place: (name is None, (name or "").casefold()) for name, place in named}
        return sorted(by_id, key=keys.__getitem__)
    runs = [last or _NEVER for last in tests.last_runs]
    newest = sorted(by_id, key=runs.__getitem__, reverse=True)
    if order == LAST_RUN:
        return newest
    results = {r for r in set(tests.last_results) if outcome_of(r) == "failing"}
    failing = [place for place in newest if tests.last_results[place] in results]
    others = [place for place in newest if tests.last_results[place] not in results]
    return failing + others


def next_run(test: SyntheticTest | CountedTest, now: datetime) -> datetime | None:
    """The next firing of an active test's cron."""
    schedule = test.schedule
    if not schedule or len(schedule) > LONGEST_SCHEDULE:
        return None
    if counted_status(test.status) != "active":
        return None
    return next_firing(schedule, now.replace(second=0, microsecond=0))


def run_strip(observed: Observed, count: int) -> list[Mark]:
    """The newest runs, oldest first."""
    return [*map(_run_mark, observed.newest[-count:] if count else ())]


# The same runs are shown again and again.
@lru_cache(maxsize=16_384)
def _run_mark(point: Point) -> Mark:
    return Mark(time_of(point), "passed" if point[2] else "failed", point[1])


def p95_ms(durations: Sequence[int | float]) -> float | None:
    """The duration in milliseconds that 95 of 100 `recent_durations` do not exceed."""
    return percentile(durations, P95)


def recent_durations(
    newest: Sequence[Point], points: Sequence[TimingPoint]
) -> list[int | float]:
    """Of the newest 50 runs, those that passed: how many milliseconds they took,
    ascending. `points` are the newest timing points; one without a run id is of the
    run of the same time."""
    passed = [point for point in newest if point[2]]
    ids = {point[1] for point in passed}
    found = [point.duration_ms for point in points if point.run_id in ids]
    nameless = [point for point in points if point.run_id is None]
    if nameless:
        moments = {time_of(point) for point in passed}
        found += [p.duration_ms for p in nameless if p.timestamp in moments]
    return sorted(found)
