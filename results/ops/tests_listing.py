"""Reads what the Tests page shows: the same figures as `/api/summary` has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from results import metrics
from results.analysis import slots, summary
from results.analysis.availability import Reliability, reliabilities
from results.analysis.observed import Observed
from results.analysis.outages import Outage, open_outage
from results.analysis.ranges import TimeRange
from results.analysis.slots import Slot
from results.counted import CountedTests
from results.domain import SyntheticTest, TimingPoint, Totals
from results.ops.tests_order import WINDOWS, Known, ordered
from results.range_parameters import UTC
from results.reliability.queries import named_ranges
from results.repository import ResultRepository
from results.repository.summaries import Glimpse

DAYS = 30


@dataclass(frozen=True, slots=True)
class TestRow:
    """A test at a glance. Without `observed` its runs cannot be read.

    `figures` are those of 24 h, 7 d and 30 d, `days` the last 30 of UTC, oldest first,
    `points` the newest 50 durations, newest first.
    """

    __test__ = False

    test: SyntheticTest
    observed: Observed | None
    is_running: bool
    is_overdue: bool
    next_run_at: datetime | None
    figures: Sequence[Reliability] = ()
    days: Sequence[Slot] = ()
    points: Sequence[TimingPoint] = ()
    p95_ms: float | None = None
    outage: Outage | None = None

    @property
    def status(self) -> str:
        return metrics.counted_status(self.test.status)

    @property
    def result(self) -> str:
        """What the last run says, in a word of the contract."""
        if self.test.outcome == "pending":
            return "pending"
        return str(self.test.last_result)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows, of `total` that were asked for, and counts over all tests."""

    now: datetime
    counts: Totals
    rows: Sequence[TestRow]
    total: int
    skipped: int


def listing(
    repository: ResultRepository, query: dict[str, Any], now: datetime
) -> Listing:
    """What a `TestsQuery` asks for, in a number of trips that no count of tests raises
    but by one for 500."""
    tests, running = repository.present(now)
    overdue = repository.overdue(tests, now)
    known = {"running": running, "overdue": overdue}
    places = _chosen(repository, tests, query, known.get(query.get("status", "")))
    places = ordered(Known(tests, repository, now, places), query["sort"])
    first, limit = query["offset"], query["limit"]
    ids = [tests.ids[place] for place in places[first : first + limit]]
    return Listing(
        now=now,
        counts=metrics.totals(tests, len(overdue), len(running)),
        rows=_rows(repository, ids, running, overdue, now),
        total=len(places),
        skipped=tests.skipped,
    )


def _chosen(
    repository: ResultRepository,
    tests: CountedTests,
    query: dict[str, Any],
    only: Collection[str] | None,
) -> list[int]:
    """The places of the tests that are asked for; `only` these ids, unless None."""
    status = query.get("status") if only is None else None
    places = summary.chosen(tests, status, query.get("result"))
    if only is not None:
        places = [place for place in places if tests.ids[place] in only]
    if "q" in query:
        found = metrics.matching(repository.tests().tests, query["q"])
        ids = {test.id for test in found}
        places = [place for place in places if tests.ids[place] in ids]
    return places


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at of each test, as of `now`."""

    now: datetime
    windows: Sequence[TimeRange]
    bounds: Sequence[datetime]
    days: Sequence[TimeRange]

    @classmethod
    def at(cls, now: datetime) -> Look:
        windows = [found.range for found in named_ranges(WINDOWS, now)]
        bounds = slots.edges(slots.DAY, DAYS, UTC, now)
        return cls(now, windows, bounds, slots.slot_ranges(bounds, now))

    def figures(self, observed: Observed) -> Sequence[Reliability]:
        windows = observed.of(slice(len(self.windows)))
        return reliabilities(windows, self.windows)

    def slots(self, observed: Observed) -> Sequence[Slot]:
        days = observed.of(slice(len(self.windows), None))
        return slots.slots(days, self.bounds, self.days)


def _rows(
    repository: ResultRepository,
    ids: Sequence[str],
    running: Collection[str],
    overdue: Collection[str],
    now: datetime,
) -> list[TestRow]:
    look = Look.at(now)
    glimpses = repository.glimpses(ids, now, [*look.windows, *look.days])
    return [
        _row(found, found.test.id in running, found.test.id in overdue, look)
        for found in glimpses
    ]


def _row(found: Glimpse, is_running: bool, is_overdue: bool, look: Look) -> TestRow:
    row = TestRow(
        test=found.test,
        observed=found.observed,
        is_running=is_running,
        is_overdue=is_overdue,
        next_run_at=summary.next_run(found.test, look.now),
    )
    if found.observed is None:
        return row
    return replace(
        row,
        figures=look.figures(found.observed),
        days=look.slots(found.observed),
        points=found.latest.points(),
        p95_ms=summary.p95_ms(found.durations),
        outage=open_outage(found.observed.timeline, look.now),
    )
