"""Mochawesome's JSON, which Cypress users have: suites in suites, tests and hooks."""

from __future__ import annotations

from collections.abc import Iterator

from results.codec import times
from results.reports.located_json import Located
from results.reports.report import BadReport, Case, Report, readable

HOOKS = ("beforeHooks", "afterHooks")


def read_mochawesome(root: Located) -> Report:
    """The report; hooks are cases only where they failed."""
    stats = root.object("stats")
    start = stats.text("start", "")
    started_at = times.from_text(start)
    if start and started_at is None:
        raise BadReport("start is no time in ISO 8601", stats.line)
    cases = tuple(_cases(root.objects("results"), ()))
    return Report(
        kind="Cypress",
        cases=cases,
        started_at=started_at,
        duration_ms=stats.number("duration", sum(c.duration_ms for c in cases)),
    )


def _cases(suites: list[Located], outer: tuple[str, ...]) -> Iterator[Case]:
    for suite in suites:
        title = suite.text("title", "") or (suite.text("file", "") if not outer else "")
        titles = (*outer, title) if title else outer
        hooks = [hook for name in HOOKS for hook in suite.objects(name)]
        for test in [hook for hook in hooks if hook.flag("fail")]:
            yield _case(titles, test)
        for test in suite.objects("tests"):
            yield _case(titles, test)
        yield from _cases(suite.objects("suites"), titles)


def _case(titles: tuple[str, ...], test: Located) -> Case:
    passed, failed = test.flag("pass"), test.flag("fail")
    if passed and failed:
        raise BadReport("a test that passed and failed", test.line)
    error = test.object("err")
    message = error.text("message", "") or error.text("estack", "")
    return Case(
        name=" › ".join(readable(t) for t in (*titles, test.text("title"))),
        passed=passed if passed or failed else None,
        message=readable(message) or None,
        duration_ms=test.number("duration", 0),
    )
