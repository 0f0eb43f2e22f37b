"""The log of outages on the page of a test: failed runs in a row are one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from results.analysis.outage_causes import OutageQuestion, ToldOutage
from results.analysis.ranges import TimeRange
from results.ops.run_links import run_page_href
from results.repository import ResultRepository

A_PAGE = 10


@dataclass(frozen=True, slots=True)
class OutageRow:
    """An outage with the pages of its first and last failed run, and of the first that
    passed; None where there is none."""

    told: ToldOutage
    first_href: str | None
    last_href: str | None
    recovery_href: str | None


@dataclass(frozen=True, slots=True)
class OutageLog:
    """A page of outages, newest first, of `total`; links to its neighbours, and
    whether it goes without what the incidents say of alerts."""

    rows: Sequence[OutageRow]
    total: int
    newer: str | None
    older: str | None
    are_alerts_unreadable: bool


def outage_log(
    repository: ResultRepository,
    test_id: str,
    offset: int,
    given: QueryDict,
    now: datetime,
) -> OutageLog:
    """Of the whole kept history."""
    asked = OutageQuestion(TimeRange.between(None, None, now))
    page = repository.outages(test_id, asked, now).page(offset, A_PAGE)
    total = page.total or 0
    has_older = offset + A_PAGE < total
    return OutageLog(
        rows=[_row(told) for told in page.items],
        total=total,
        newer=_at(given, max(0, offset - A_PAGE)) if offset else None,
        older=_at(given, offset + A_PAGE) if has_older else None,
        are_alerts_unreadable=any(told.is_alert_unreadable for told in page.items),
    )


def _row(told: ToldOutage) -> OutageRow:
    found = told.outage
    ids = (found.id, found.last_id, found.recovery_id)
    return OutageRow(told, *(run_page_href(told.test_id, run_id) for run_id in ids))


def _at(given: QueryDict, offset: int) -> str:
    changed = given.copy()
    changed["outages"] = str(offset)
    return f"?{changed.urlencode()}#outages"
