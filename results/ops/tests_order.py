"""The orders of the Tests page: failing first, or by any of its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from results import metrics
from results.analysis import summary
from results.analysis.availability import reliabilities
from results.counted import CountedTests
from results.domain import outcome_of
from results.reliability.queries import named_ranges
from results.repository import ResultRepository

WINDOWS = ("24h", "7d", "30d")
_STATUSES = ("error", "active", "paused")
_OUTCOMES = ("failing", "pending", "passing")


class Column(NamedTuple):
    """`is_down`: whether who clicks on it wants the largest first."""

    label: str
    is_down: bool = False
    title: str = ""


UPTIME = "Share of runs passed in the last"
# By the name that `sort` has for it.
COLUMNS: Mapping[str, Column] = {
    "name": Column("Name"),
    "url": Column("URL"),
    "status": Column("Status"),
    "result": Column("Last result"),
    "last_run": Column("Last run", is_down=True),
    "uptime_24h": Column("Uptime 24\u00a0h", title=f"{UPTIME} 24 h"),
    "uptime_7d": Column("Uptime 7\u00a0d", title=f"{UPTIME} 7 d"),
    "uptime_30d": Column("Uptime 30\u00a0d", title=f"{UPTIME} 30 d"),
    "duration": Column("Durations", is_down=True),
    "next_run": Column("Next run"),
}


class Known(NamedTuple):
    """What an order is made from: all tests, and a way to read more about some."""

    tests: CountedTests
    repository: ResultRepository
    now: datetime
    places: Sequence[int]


Value = Callable[[Known], Mapping[int, Any]]


def ordered(known: Known, sort: str) -> list[int]:
    """The places in this order. Ties are by id; what has no value comes last."""
    if sort == summary.FAILING:
        return summary.ordered(known.places, known.tests, sort, {})
    column = sort.removeprefix("-")
    by_id = sorted(known.places, key=known.tests.ids.__getitem__)
    values = _VALUES[column](known)
    told = [place for place in by_id if values.get(place) is not None]
    rest = [place for place in by_id if values.get(place) is None]
    is_down = COLUMNS[column].is_down is not sort.startswith("-")
    return sorted(told, key=values.__getitem__, reverse=is_down) + rest


def _shown(field: str) -> Value:
    """By a text of the definition, of which must be known what is hidden."""

    def values(known: Known) -> dict[int, Any]:
        tests = {test.id: test for test in known.repository.tests().tests}
        texts = {
            place: getattr(tests.get(known.tests.ids[place]), field, None)
            for place in known.places
        }
        return {place: text.casefold() for place, text in texts.items() if text}

    return values


def _statuses(known: Known) -> dict[int, int]:
    statuses = [metrics.counted_status(status) for status in known.tests.statuses]
    return {place: _STATUSES.index(statuses[place]) for place in known.places}


def _results(known: Known) -> dict[int, int]:
    outcomes = [outcome_of(result) for result in known.tests.last_results]
    return {place: _OUTCOMES.index(outcomes[place]) for place in known.places}


def _last_runs(known: Known) -> dict[int, datetime | None]:
    return {place: known.tests.last_runs[place] for place in known.places}


def _next_runs(known: Known) -> dict[int, datetime | None]:
    rows = {place: known.tests.row(place) for place in known.places}
    return {place: summary.next_run(row, known.now) for place, row in rows.items()}


def _uptime(window: str) -> Value:
    def values(known: Known) -> dict[int, float | None]:
        asked = [found.range for found in named_ranges((window,), known.now)]
        places = _by_id(known)
        observed = known.repository.observed(places, known.now, asked)
        return {
            places[test_id]: reliabilities(found, asked)[0].run_pct
            for test_id, found in observed.items()
        }

    return values


def _durations(known: Known) -> dict[int, float | None]:
    places = _by_id(known)
    found = known.repository.durations(places, known.now)
    return {places[test_id]: summary.p95_ms(took) for test_id, took in found.items()}


def _by_id(known: Known) -> dict[str, int]:
    return {known.tests.ids[place]: place for place in known.places}


_VALUES: Mapping[str, Value] = {
    "name": _shown("name"),
    "url": _shown("url"),
    "status": _statuses,
    "result": _results,
    "last_run": _last_runs,
    "uptime_24h": _uptime("24h"),
    "uptime_7d": _uptime("7d"),
    "uptime_30d": _uptime("30d"),
    "duration": _durations,
    "next_run": _next_runs,
}
