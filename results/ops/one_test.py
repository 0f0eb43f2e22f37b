"""One test: its history, its chart, and what it is doing right now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from results.analysis import slots
from results.analysis.availability import Reliability, reliabilities
from results.analysis.ranges import TimeRange
from results.analysis.summary import Row, next_run
from results.connection import data_repository
from results.domain import SyntheticTest
from results.ops.day_bars import DayBar, day_bars
from results.ops.outage_log import outage_log
from results.ops.page import Page
from results.ops.run_table import run_table
from results.ops.test_query import CHART_WINDOWS, OneTestQuery
from results.reliability.queries import UTC, named_ranges
from results.repository import ResultRepository

WINDOWS = ("24h", "7d", "30d", "90d")
DAYS = 90


@dataclass(frozen=True, slots=True)
class Head:
    """What is above everything else: the state, the figures, and the days."""

    row: Row
    state: str
    is_defined: bool
    windows: Sequence[tuple[str, Reliability]]
    days: Sequence[DayBar]


def show_test(request: HttpRequest, test_id: str) -> Page:
    """In a fixed number of trips, however many runs there are."""
    query, now = OneTestQuery.parse(request.GET), timezone.now()
    repository = data_repository()
    head = _head(repository, test_id, now)
    test = head.row.test
    context = {
        "test": test,
        "head": head,
        "runs": run_table(repository, test_id, query, request.GET, now),
        "outages": outage_log(repository, test_id, query["outages"], request.GET, now),
        "chart": query["chart"],
        "chart_windows": CHART_WINDOWS,
    }
    return Page("ops/test.html", test.name or test.id, context)


def _head(repository: ResultRepository, test_id: str, now: datetime) -> Head:
    test = repository.test(test_id)
    bounds = slots.edges(slots.DAY, DAYS, UTC, now)
    ranges = [asked.range for asked in named_ranges(WINDOWS, now)]
    days: list[TimeRange] = slots.slot_ranges(bounds, now)
    observed = repository.timeline(test_id, now, [*ranges, *days])
    figures = reliabilities(observed.of(slice(len(ranges))), ranges)
    found = slots.slots(observed.of(slice(len(ranges), None)), bounds, days)
    row = Row(test, observed, False, False, next_run(test, now), figures, [], None)
    return Head(
        row=row,
        state=row.state(now),
        is_defined=_is_defined(test),
        windows=list(zip(WINDOWS, figures, strict=True)),
        days=day_bars(found),
    )


def _is_defined(test: SyntheticTest) -> bool:
    """Whether more is there than its runs: a deleted test keeps nothing else."""
    known = (getattr(test, each.name) for each in fields(test) if each.name != "id")
    return any(value is not None for value in known)
