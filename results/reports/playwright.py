"""Playwright's JSON reporter: suites in suites, specs in them, a test a project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from results.codec import times
from results.reports.located_json import Located
from results.reports.report import BadReport, Case, Report, readable

VERDICTS = {"expected": True, "flaky": True, "unexpected": False, "skipped": None}


def read_playwright(root: Located) -> Report:
    """The report; what failed outside of any test is its error."""
    cases = list(_cases(root.objects("suites"), ()))
    stats = root.object("stats")
    failures = [_message(error) for error in root.objects("errors")]
    return Report(
        kind="Playwright",
        cases=tuple(case for case, _ in cases),
        started_at=_time(stats) or min((t for _, t in cases if t), default=None),
        duration_ms=stats.number("duration", sum(c.duration_ms for c, _ in cases)),
        error=failures[0] if failures else None,
    )


def _cases(
    suites: list[Located], outer: tuple[str, ...]
) -> Iterator[tuple[Case, datetime | None]]:
    for suite in suites:
        titles = (*outer, suite.text("title", ""))
        for spec in suite.objects("specs"):
            for test in spec.objects("tests"):
                yield _case((*titles, spec.text("title")), test)
        yield from _cases(suite.objects("suites"), titles)


def _case(titles: tuple[str, ...], test: Located) -> tuple[Case, datetime | None]:
    """The case, and when its first try began."""
    verdict, tries = test.text("status"), test.objects("results")
    if verdict not in VERDICTS:
        raise BadReport("the status is none of " + ", ".join(VERDICTS), test.line)
    name = " › ".join(readable(title) for title in titles if title)
    project = test.text("projectName", "")
    errors = [tried.object("error") for tried in tries if tried.get("error")]
    case = Case(
        name=f"{name} [{project}]" if project else name,
        passed=VERDICTS[verdict],
        message=_message(errors[-1]) if errors else None,
        retries=max(0, len(tries) - 1),
        duration_ms=sum(tried.number("duration", 0) for tried in tries),
    )
    return case, _time(tries[0]) if tries else None


def _message(error: Located) -> str:
    return readable(error.text("message", error.text("value", "no message")))


def _time(timed: Located) -> datetime | None:
    text = timed.text("startTime", "")
    found = times.from_text(text)
    if text and found is None:
        raise BadReport("startTime is no time in ISO 8601", timed.line)
    return found
