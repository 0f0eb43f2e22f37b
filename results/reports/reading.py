"""Which report a file is: told by its first character, then by its keys."""

from __future__ import annotations

import codecs

from results.reports.junit import read_junit
from results.reports.located_json import parse_located
from results.reports.mochawesome import read_mochawesome
from results.reports.playwright import read_playwright
from results.reports.report import BadReport, Report

LARGEST_BYTES = 64 * 1024 * 1024
LONGEST_MS = 365 * 86_400_000


def read_report(content: bytes) -> Report:
    """The report in the file; raises `BadReport` naming line and reason."""
    if len(content) > LARGEST_BYTES:
        raise BadReport(f"over {LARGEST_BYTES // 1024**2} MB")
    begin = content[:1000].removeprefix(codecs.BOM_UTF8).lstrip()
    if not begin:
        raise BadReport("the file is empty")
    report = _read_json(content) if begin[:1] in (b"{", b"[") else read_junit(content)
    return _checked(report)


def _read_json(content: bytes) -> Report:
    root = parse_located(content)
    if isinstance(root.get("suites"), list):
        return read_playwright(root)
    if isinstance(root.get("results"), list):
        return read_mochawesome(root)
    raise BadReport("neither Playwright's suites nor mochawesome's results", root.line)


def _checked(report: Report) -> Report:
    """The report; one in which nothing ran would be a run that passed."""
    if report.error is None and not report.cases:
        raise BadReport("there is no test case in it")
    if report.error is None and all(case.passed is None for case in report.cases):
        raise BadReport("every test case in it was skipped")
    if report.duration_ms > LONGEST_MS:
        raise BadReport("it took over a year")
    return report
