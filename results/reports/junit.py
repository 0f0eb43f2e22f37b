"""JUnit XML, as pytest, surefire, jest, Playwright and others write it.

There is no standard, so only what they agree on is read: `testcase` elements at any
depth with `name`, `classname` and `time` in seconds; `failure`, `error` or `skipped`
inside; `timestamp` and `time` of the suites. Document types are refused, and with them
every entity that could be one of an attack.
"""

from __future__ import annotations

import io
import math
import re
from datetime import datetime
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, ErrorHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import parse

from results.codec import times
from results.reports.report import BadReport, Case, Report, readable

# Surefire adds these for the tries of a case that were not the last.
_TRIES = frozenset({"rerunFailure", "rerunError", "flakyFailure", "flakyError"})
_VERDICTS = frozenset({"failure", "error", "skipped"})
# Older surefire groups the thousands: `1,234.5`.
_SECONDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?|\.[0-9]+")
_LONGEST_TEXT = 100_000


def read_junit(content: bytes) -> Report:
    """The report; raises `BadReport`."""
    handler = _Reading()
    try:
        parse(io.BytesIO(content), handler, ErrorHandler(), forbid_dtd=True)
    except SAXParseException as failure:
        reason = f"not XML: {failure.getMessage()}"
        raise BadReport(reason, failure.getLineNumber()) from None
    except DefusedXmlException:
        raise BadReport("a document type or entity is refused", handler.line) from None
    return handler.report()


class _Reading(ContentHandler):
    """Collects cases as the parser meets them; the document is never in memory."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._suites = 0
        self._cases: list[Case] = []
        self._started: list[datetime] = []
        self._root_seconds: float | None = None
        self._suite_seconds: list[float] = []
        self._case: _OpenCase | None = None
        self._text: list[str] | None = None

    @property
    def line(self) -> int:
        locator: Any = self._locator  # type: ignore[attr-defined]  # ContentHandler's
        return int(locator.getLineNumber() or 1)

    def report(self) -> Report:
        seconds = self._root_seconds
        if seconds is None and self._suite_seconds:
            seconds = sum(self._suite_seconds)
        of_cases = sum(case.duration_ms for case in self._cases)
        return Report(
            kind="JUnit",
            cases=tuple(self._cases),
            started_at=min(self._started, default=None),
            duration_ms=of_cases if seconds is None else seconds * 1000,
        )

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        if self._depth == 0 and name not in ("testsuites", "testsuite"):
            raise BadReport(f"the root is {name[:60]}, not testsuites", self.line)
        if name in ("testsuites", "testsuite"):
            self._begin_suite(name, attrs)
        elif name == "testcase":
            self._begin_case(attrs)
        elif self._case is not None and name in _TRIES:
            self._case.retries += 1
        elif self._case is not None and name in _VERDICTS:
            self._case.begin_verdict(name, attrs)
            self._text = []
        self._depth += 1

    def characters(self, content: str) -> None:
        if self._text is not None:
            self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802  (SAX calls it so)
        self._depth -= 1
        if name in ("testsuites", "testsuite"):
            self._suites -= 1
        elif name == "testcase" and self._case is not None:
            self._cases.append(self._case.closed())
            self._case = None
        elif self._text is not None and name in _VERDICTS and self._case is not None:
            self._case.end_verdict("".join(self._text)[:_LONGEST_TEXT])
            self._text = None

    def _begin_suite(self, name: str, attrs: AttributesImpl) -> None:
        """Suites in suites: the outermost that tell how long they took count."""
        if self._case is not None:
            raise BadReport("a suite inside of a test case", self.line)
        stamp = attrs.get("timestamp")
        if stamp:
            self._started.append(self._instant(stamp))
        if attrs.get("time"):
            seconds = self._seconds(attrs["time"])
            if name == "testsuites":
                self._root_seconds = seconds
            elif self._suites <= 1:
                self._suite_seconds.append(seconds)
        self._suites += 1

    def _begin_case(self, attrs: AttributesImpl) -> None:
        if self._case is not None:
            raise BadReport("a test case inside of another", self.line)
        name = readable(attrs.get("name", ""))
        if not name:
            raise BadReport("a test case has no name", self.line)
        belongs_to = readable(attrs.get("classname", ""))
        seconds = self._seconds(attrs["time"]) if attrs.get("time") else 0.0
        self._case = _OpenCase(
            f"{belongs_to} › {name}" if belongs_to else name, seconds
        )

    def _seconds(self, text: str) -> float:
        found = _SECONDS.fullmatch(text.strip())
        seconds = float(text.replace(",", "")) if found else math.nan
        if not math.isfinite(seconds):
            raise BadReport("a time is no number of seconds", self.line)
        return seconds

    def _instant(self, text: str) -> datetime:
        found = times.from_text(text.strip())
        if found is None:
            raise BadReport("a timestamp is no time in ISO 8601", self.line)
        return found


class _OpenCase:
    """A case whose end has not been met."""

    def __init__(self, name: str, seconds: float) -> None:
        self.name = name
        self.seconds = seconds
        self.retries = 0
        self.verdict = ""
        self.message = ""

    def begin_verdict(self, name: str, attrs: AttributesImpl) -> None:
        """The first one that is a failure counts; a teardown may add another."""
        if self.verdict in ("", "skipped"):
            self.verdict = name
            self.message = readable(attrs.get("message", ""))

    def end_verdict(self, text: str) -> None:
        self.message = self.message or readable(text)

    def closed(self) -> Case:
        passed = {"": True, "skipped": None}.get(self.verdict, False)
        message = self.message or None
        return Case(self.name, passed, message, self.retries, self.seconds * 1000)
