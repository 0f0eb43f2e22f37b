"""One test: its history, its chart, and what it is doing right now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import partial

from django.http import HttpRequest
from django.utils import timezone

from results.analysis import slots
from results.analysis.availability import Reliability, reliabilities
from results.analysis.ranges import TimeRange
from results.analysis.summary import Row, next_run
from results.connection import data_repository
from results.domain import SyntheticTest
from results.keys import Keys
from results.ops.day_bars import DayBar, day_bars
from results.ops.outage_log import outage_log
from results.ops.page import Page
from results.ops.parts import Parts
from results.ops.run_table import run_table
from results.ops.test_query import CHART_WINDOWS, OneTestQuery
from results.range_parameters import UTC
from results.reliability.queries import named_ranges
from results.repository import ResultRepository

WINDOWS = ("24h", "7d", "30d", "90d")
DAYS = 90


@dataclass(frozen=True, slots=True)
class Head:
    """What is above everything else: the state, the figures, and the days; without
    these the runs cannot be read."""

    row: Row
    state: str
    is_defined: bool
    windows: Sequence[tuple[str, Reliability]] = ()
    days: Sequence[DayBar] = ()


def show_test(request: HttpRequest, test_id: str) -> Page:
    """In a fixed number of trips, however many runs there are."""
    query, now = OneTestQuery.parse(request.GET), timezone.now()
    repository, parts = data_repository(), Parts(request.path)
    keys = _keys(repository.keys, test_id)
    runs = partial(run_table, repository, test_id, query, request.GET, now)
    log = partial(outage_log, repository, test_id, query["outages"], request.GET, now)
    defined = parts.read(keys["test"], lambda: repository.test(test_id))
    test = defined or SyntheticTest(test_id)
    context = {
        "test": test,
        "head": _head(repository, test, now, parts),
        "runs": parts.read(keys["results"], runs),
        "outages": parts.read(keys["results"], log),
        "keys": keys,
        "unreadable": parts.unreadable,
        "chart": query["chart"],
        "chart_windows": CHART_WINDOWS,
    }
    return Page("ops/test.html", test.name or test.id, context)


def _keys(keys: Keys, test_id: str) -> Mapping[str, str]:
    """What the parts of the page are read from, by what the contract calls it."""
    names = ("test", "results", "timing", "incidents", "events")
    return dict(zip(names, keys.of_test(test_id), strict=True))


def _head(
    repository: ResultRepository, test: SyntheticTest, now: datetime, parts: Parts
) -> Head:
    bounds = slots.edges(slots.DAY, DAYS, UTC, now)
    ranges = [asked.range for asked in named_ranges(WINDOWS, now)]
    days: list[TimeRange] = slots.slot_ranges(bounds, now)
    observed = parts.read(
        repository.keys.results(test.id),
        lambda: repository.timeline(test.id, now, [*ranges, *days]),
    )
    row = Row(test, observed, False, False, next_run(test, now), [], [], None)
    head = Head(row, row.state(now), _is_defined(test))
    if observed is None:
        return head
    figures = reliabilities(observed.of(slice(len(ranges))), ranges)
    found = slots.slots(observed.of(slice(len(ranges), None)), bounds, days)
    return replace(
        head,
        windows=list(zip(WINDOWS, figures, strict=True)),
        days=day_bars(found),
    )


def _is_defined(test: SyntheticTest) -> bool:
    """Whether more is there than its runs: a deleted test keeps nothing else."""
    known = (getattr(test, each.name) for each in fields(test) if each.name != "id")
    return any(value is not None for value in known)
