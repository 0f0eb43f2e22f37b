"""What can be exported: how it is asked for, its columns, and its rows.

The filters are those of the JSON endpoints, read by the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from results import shapes
from results.exports.lines import Row
from results.exports.walking import all_items, all_runs
from results.history_parameters import RunPageQuery, run_question
from results.outages import shapes as outage_shapes
from results.outages.parameters import OutageQuery, question
from results.parameters import QuerySerializer
from results.reliability import shapes as slot_shapes
from results.reliability.queries import SeveralQuery, SlotsQuery
from results.reliability.slotting import slotted
from results.repository import ResultRepository
from results.timings.parameters import TimingPageQuery, has_outcomes
from results.timings.points import asked_points
from results.timings.shapes import outcome_point

Query = dict[str, Any]
Rows = Callable[[ResultRepository, str, Query, datetime], Iterator[Row]]


class _SeveralRuns(SeveralQuery, RunPageQuery):
    pass


class _SeveralOutages(SeveralQuery, OutageQuery):
    pass


class _SeveralPoints(SeveralQuery, TimingPageQuery):
    pass


class _SeveralSlots(SeveralQuery, SlotsQuery):
    pass


@dataclass(frozen=True, slots=True)
class Kind:
    """`columns` are those of CSV, beside the test's id, which comes first; `of_pages`
    are parameters that a file does not have."""

    name: str
    query: type[QuerySerializer]
    several: type[QuerySerializer]
    columns: Sequence[str]
    rows: Rows
    of_pages: tuple[str, ...] = ()


def _runs(
    repository: ResultRepository, test_id: str, query: Query, now: datetime
) -> Iterator[Row]:
    # A file is no page: it begins where all pages do.
    asked = run_question(query | {"cursor": None}, now)
    for run in all_runs(repository, test_id, asked):
        yield run.fields


def _outages(
    repository: ResultRepository, test_id: str, query: Query, now: datetime
) -> Iterator[Row]:
    history = repository.outages(test_id, question(query, now), now)
    for told in all_items(history, lambda told: told.outage.id):
        yield outage_shapes.outage(told)


def _points(
    repository: ResultRepository, test_id: str, query: Query, now: datetime
) -> Iterator[Row]:
    # A file has a column for outcomes: they are in it unless it is told not to.
    query = {"outcomes": True} | query
    history = asked_points(repository, test_id, query, now)
    if "downsample" in query:
        found = iter(history.page(0, query["limit"]).items)
    else:
        found = all_items(history, tuple)
    shape = outcome_point if has_outcomes(query) else shapes.timing_point
    for point in found:
        yield {"test_id": test_id} | shape(point)


def _slots(
    repository: ResultRepository, test_id: str, query: Query, now: datetime
) -> Iterator[Row]:
    for found in slotted(repository, test_id, query, now).slots:
        yield {"test_id": test_id} | slot_shapes.slot(found)


_RUN_COLUMNS = (
    *("run_id", "passed", "started_at", "completed_at", "duration_ms"),
    *("steps_passed", "steps_total", "triggered_by", "error", "details"),
)
_OUTAGE_COLUMNS = (
    *("id", "state", "started_at", "ended_at", "duration_s", "down_s", "failed_runs"),
    *("first_run_id", "last_run_id", "recovery_run_id", "error", "last_error"),
    *("fingerprint", "alert_sent"),
)
_POINT_COLUMNS = ("timestamp", "duration_ms", "run_id", "outcome")
_SLOT_COLUMNS = (
    *("start", "end", "state", "runs", "failures", "downtime_s", "run_pct"),
)
_PAGES = ("limit", "offset")
_ALL = (
    Kind(
        *("results", RunPageQuery, _SeveralRuns, _RUN_COLUMNS, _runs),
        of_pages=(*_PAGES, "cursor", "fields"),
    ),
    Kind(
        *("outages", OutageQuery, _SeveralOutages, _OUTAGE_COLUMNS, _outages),
        of_pages=_PAGES,
    ),
    Kind(
        *("timing", TimingPageQuery, _SeveralPoints, _POINT_COLUMNS, _points),
        # How many points are chosen where it thins them out.
        of_pages=("offset",),
    ),
    Kind("slots", SlotsQuery, _SeveralSlots, _SLOT_COLUMNS, _slots),
)
KINDS = {kind.name: kind for kind in _ALL}
