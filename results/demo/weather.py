"""What happened to the product in the demo's month: outages, load, and releases.

Told relative to the end of the month, so that the story is the same on every day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from results.demo.catalogue import (
    BROKEN_LINK,
    DASHBOARD,
    DOCS_PAGE,
    HISTORY_PAGES,
    OPENAPI_DOCUMENT,
)

NEVER = timedelta(days=-1)
RELEASE = timedelta(days=12)


@dataclass(frozen=True, slots=True)
class Outage:
    """From `began` to `ended` (both: how long before now) a step of a test fails."""

    test_id: str
    began: timedelta
    ended: timedelta
    step_number: int
    error: str

    def covers(self, age: timedelta) -> bool:
        return self.ended < age <= self.began


def _outage(
    test_id: str, days: float, hours: float, step_number: int, error: str
) -> Outage:
    began = timedelta(days=days)
    return Outage(test_id, began, began - timedelta(hours=hours), step_number, error)


_NO_STORE = "expected 200, got 503"
OUTAGES = (
    _outage(DASHBOARD.id, 24.3, 1.9, 1, f"/api/dashboard: {_NO_STORE}"),
    _outage(HISTORY_PAGES.id, 24.3, 2.1, 1, f"/api/tests: {_NO_STORE}"),
    _outage(DOCS_PAGE.id, 18.6, 5.2, 2, "/static/docs.js: expected 200, got 404"),
    _outage(
        OPENAPI_DOCUMENT.id, 15.4, 26.0, 3, "leads nowhere: #/components/schemas/R"
    ),
    _outage(DASHBOARD.id, 12.0, 0.8, 1, f"/api/dashboard: {_NO_STORE}"),
    _outage(DOCS_PAGE.id, 12.0, 0.9, 1, "/docs: expected 200, got 502"),
    _outage(OPENAPI_DOCUMENT.id, 12.0, 1.1, 1, "/openapi.json: expected 200, got 502"),
    _outage(BROKEN_LINK.id, 12.0, 0.9, 1, "/healthz: expected 200, got 502"),
    _outage(DASHBOARD.id, 6.7, 3.4, 4, "the dashboard counts 5, the list 4"),
    # Somebody removed the changelog; nobody has put it back.
    Outage(
        BROKEN_LINK.id,
        timedelta(days=2.2),
        NEVER,
        2,
        f"{BROKEN_LINK.path}: expected 200, got 404",
    ),
)


def outage_of(test_id: str, age: timedelta) -> Outage | None:
    """The outage that a test was in at this time before now."""
    found = (o for o in OUTAGES if o.test_id == test_id and o.covers(age))
    return next(found, None)


def slowdown(at: datetime, age: timedelta) -> float:
    """How much longer than usual things took: busy days, and data that grew until a
    release made them quick again."""
    hour = at.hour + at.minute / 60
    of_the_day = 1 + 0.22 * math.sin((hour - 9) / 24 * math.tau)
    of_the_week = 0.9 if at.weekday() >= 5 else 1.0
    growing_since = timedelta(days=30) if age > RELEASE else RELEASE
    of_growth = 0.95 + 0.02 * ((growing_since - age) / timedelta(days=1))
    return of_the_day * of_the_week * of_growth
