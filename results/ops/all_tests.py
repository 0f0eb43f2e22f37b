"""All tests at a glance: which are broken, since when, and how bad."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from results.browsable.paging import BY_PLACE, PageControls, page_controls
from results.connection import data_repository
from results.keys import TEST_ID
from results.ops.page import Page
from results.ops.tests_listing import Listing, listing
from results.ops.tests_order import COLUMNS
from results.ops.tests_query import (
    FAILING,
    MOST,
    RESULTS,
    STATUSES,
    TestsQuery,
    without_empty,
)

RELATIONS = ("first", "prev", "next", "last")
SORTS = [
    (FAILING, "Failing first"),
    *((name, column.label) for name, column in COLUMNS.items()),
]


class Heading(NamedTuple):
    """A column's heading: where a click leads, and how the table is sorted by it."""

    name: str
    label: str
    query: str | None = None
    direction: str | None = None
    title: str = ""


def show_tests(request: HttpRequest) -> Page:
    query = TestsQuery.asked(request.GET)
    found = listing(data_repository(), query, timezone.now())
    return Page(
        "ops/tests.html", "Tests", _context(without_empty(request.GET), query, found)
    )


def _context(given: QueryDict, query: dict[str, Any], found: Listing) -> dict[str, Any]:
    asked = query.get("q", "")
    controls = page_controls(given, found.total, query["limit"], query["offset"])
    return {
        "found": found,
        "query": query,
        "counts": _counts(found),
        "headings": list(_headings(given, query["sort"])),
        "sorts": _sorts(query["sort"]),
        "usual_limit": MOST,
        "statuses": STATUSES,
        "results": RESULTS,
        "controls": controls,
        "pages": list(zip(BY_PLACE, _ways(controls), RELATIONS, strict=True)),
        "is_filtered": any(name in query for name in ("q", "status", "result")),
        # Deleted tests are in no list, and their history can still be looked at.
        "may_be_deleted": asked if TEST_ID.fullmatch(asked) else None,
    }


def _counts(found: Listing) -> list[tuple[str, int, str]]:
    """A word, a number, and the query that lists those tests."""
    counts = found.counts
    return [
        ("tests", counts.total_tests, ""),
        ("failing", counts.failing, "result=failing"),
        ("passing", counts.passing, "result=passing"),
        ("pending", counts.pending, "result=pending"),
        ("overdue", counts.overdue, "status=overdue"),
        ("running", counts.running, "status=running"),
        ("active", counts.active_tests, "status=active"),
        ("paused", counts.paused_tests, "status=paused"),
        ("error", counts.error_tests, "status=error"),
    ]


def _sorts(sort: str) -> list[tuple[str, str]]:
    """Words for the orders, of which the present one may be from a column's end."""
    if not sort.startswith("-"):
        return SORTS
    return [*SORTS, (sort, f"{COLUMNS[sort[1:]].label}, reversed")]


def _ways(controls: PageControls) -> tuple[str | None, ...]:
    return controls.first, controls.previous, controls.next, controls.last


def _headings(given: QueryDict, sort: str) -> Iterator[Heading]:
    for name in COLUMNS:
        yield _heading(given, sort, name)
        if name == "uptime_30d":
            # Nobody could say which of two such rows is the greater.
            yield Heading("days", "30 days")


def _heading(given: QueryDict, sort: str, name: str) -> Heading:
    """A second click turns the order around; each begins on the first page."""
    changed = given.copy()
    changed.pop("offset", None)
    changed["sort"] = f"-{name}" if sort == name else name
    column = COLUMNS[name]
    direction = None
    if sort.removeprefix("-") == name:
        is_down = column.is_down is not sort.startswith("-")
        direction = "descending" if is_down else "ascending"
    query = f"?{changed.urlencode()}"
    return Heading(name, column.label, query, direction, column.title)
