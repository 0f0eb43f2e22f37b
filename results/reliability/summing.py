"""Puts the summary together from what two trips read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from results import metrics
from results.analysis import slots, summary
from results.analysis.availability import reliabilities
from results.analysis.observed import Observed
from results.analysis.ranges import TimeRange
from results.analysis.summary import Mark, Row
from results.counted import CountedTests
from results.domain import Totals
from results.range_parameters import UTC
from results.reliability.queries import named_ranges
from results.repository import ResultRepository
from results.repository.summaries import Glimpse


@dataclass(frozen=True, slots=True)
class Summary:
    """A page of rows, of `total` that were asked for, and counts over all tests.

    `windows` name the figures of each row; `skipped` counts tests whose hash is of a
    wrong type.
    """

    now: datetime
    windows: tuple[str, ...]
    rows: Sequence[Row]
    total: int
    limit: int
    offset: int
    counts: Totals
    skipped: int


@dataclass(frozen=True, slots=True)
class Strip:
    """The last `count` runs, or that many slots: `bounds` and `ranges` of these."""

    count: int
    bounds: Sequence[datetime] = ()
    ranges: Sequence[TimeRange] = ()

    @classmethod
    def of(cls, kind: str, count: int, zone: ZoneInfo, now: datetime) -> Strip:
        if kind == "run" or not count:
            return cls(count)
        bounds = slots.edges(kind, count, zone, now)
        return cls(count, bounds, slots.slot_ranges(bounds, now))

    def marks(self, observed: Observed) -> list[Mark]:
        """Given what was observed in the ranges."""
        if not self.bounds:
            return summary.run_strip(observed, self.count)
        found = slots.slots(observed, self.bounds, self.ranges)
        return [Mark(slot.start, slot.state) for slot in found]


def summary_of(
    repository: ResultRepository, query: dict[str, Any], now: datetime
) -> Summary:
    """The summary that a `SummaryQuery` asks for."""
    tests, running = repository.present(now)
    places = _places(repository, tests, query)
    first, limit = query["offset"], query["limit"]
    ids = [tests.ids[place] for place in places[first : first + limit]]
    asked = named_ranges(query["windows"], now)
    strip = Strip.of(query["strip_of"], query["strip"], query.get("tz") or UTC, now)
    ranges = [found.range for found in asked]
    glimpses, overdue = repository.glimpses_and_overdue(
        ids, tests, now, [*ranges, *strip.ranges]
    )
    return Summary(
        now=now,
        windows=query["windows"],
        rows=[
            _row(
                found,
                found.test.id in running,
                found.test.id in overdue,
                ranges,
                strip,
                now,
            )
            for found in glimpses
        ],
        total=len(places),
        limit=limit,
        offset=first,
        counts=metrics.totals(tests, len(overdue), len(running)),
        skipped=tests.skipped,
    )


def _places(
    repository: ResultRepository, tests: CountedTests, query: dict[str, Any]
) -> list[int]:
    """The tests that are asked for, in their order. What is searched or sorted by
    name takes further trips: what must not be shown has to be known of all of them."""
    places = summary.chosen(tests, query.get("status"), query.get("result"))
    names = {}
    if "q" in query or query["sort"] == summary.NAME:
        shown = repository.tests().tests
        if "q" in query:
            shown = tuple(metrics.matching(shown, query["q"]))
            known = {test.id for test in shown}
            places = [place for place in places if tests.ids[place] in known]
        names = {test.id: test.name for test in shown}
    return summary.ordered(places, tests, query["sort"], names)


def _row(
    found: Glimpse,
    is_running: bool,
    is_overdue: bool,
    ranges: Sequence[TimeRange],
    strip: Strip,
    now: datetime,
) -> Row:
    observed = found.observed
    figures, marks, p95 = [], [], None
    if observed is not None:
        figures = reliabilities(observed.of(slice(len(ranges))), ranges)
        marks = strip.marks(observed.of(slice(len(ranges), None)))
        p95 = summary.p95_ms(found.durations)
    next_run_at = summary.next_run(found.test, now)
    return Row(
        found.test, observed, is_running, is_overdue, next_run_at, figures, marks, p95
    )
