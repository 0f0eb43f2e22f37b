"""The run history on the page of a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from results.analysis.asking import RunFilter, RunQuestion
from results.browsable.paging import PageControls, page_controls
from results.domain import Page, Run
from results.ops.run_links import BODY, run_page_href
from results.ops.run_parts import outcome_word, told_in_brief
from results.range_parameters import has_range, time_range
from results.repository import ResultRepository


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in a table; `href` is None where its id cannot be in a path."""

    run: Run
    href: str | None

    @property
    def outcome(self) -> str:
        return outcome_word(self.run.passed)

    @property
    def brief(self) -> str:
        return told_in_brief(self.run)

    @property
    def body_href(self) -> str | None:
        """What is shown when the row is opened."""
        return self.href and self.href + BODY


@dataclass(frozen=True, slots=True)
class RunTable:
    """A page of runs of `total`, what was asked for, and the ways to other pages:
    `filters` are names, queries, and whether it is this one; `whole` asks for all."""

    rows: list[RunRow]
    controls: PageControls
    total: int
    skipped: int
    outcome: str | None
    is_range: bool
    filters: list[tuple[str, str, bool]]
    whole: str

    @property
    def is_asked(self) -> bool:
        """Whether less than everything is asked for."""
        return self.outcome is not None or self.is_range


def run_table(
    repository: ResultRepository,
    test_id: str,
    query: dict[str, Any],
    given: QueryDict,
    now: datetime,
) -> RunTable:
    """In one trip; `given` is the query as it came, for links to other pages."""
    page = _page(repository, test_id, query, now)
    total, limit, offset = page.total or 0, query["limit"], query["offset"]
    return RunTable(
        rows=[RunRow(run, run_page_href(test_id, run.run_id)) for run in page.items],
        controls=page_controls(given, total, limit, offset),
        total=total,
        skipped=page.skipped,
        outcome=query.get("outcome"),
        is_range=has_range(query),
        filters=[
            (name, _asking(given, outcome), query.get("outcome") == outcome)
            for name, outcome in (
                ("All", None),
                ("Passed", "passed"),
                ("Failed", "failed"),
            )
        ],
        whole=_asking(given, None, ("from", "to", "window")),
    )


def _page(
    repository: ResultRepository, test_id: str, query: dict[str, Any], now: datetime
) -> Page[Run]:
    outcome = query.get("outcome")
    within = time_range(query, now) if has_range(query) else None
    history = repository.runs(test_id)
    if outcome is not None or within is not None:
        runs = RunFilter(passed=None if outcome is None else outcome == "passed")
        history = repository.asked_runs(test_id, RunQuestion(runs, within))
    return history.page(query["offset"], query["limit"])


def _asking(
    given: QueryDict, outcome: str | None, without: tuple[str, ...] = ()
) -> str:
    """The same page from its first run on, with another filter."""
    changed = given.copy()
    for name in ("offset", "outcome", *without):
        changed.pop(name, None)
    if outcome is not None:
        changed["outcome"] = outcome
    return f"?{changed.urlencode()}#runs"
