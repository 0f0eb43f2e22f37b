"""Path converters: an id that cannot exist is an unmatched URL, so no view checks."""

from __future__ import annotations

from django.urls import register_converter

from results.keys import RUN_ID, TEST_ID


class TestIdConverter:
    """CONTRACT: `[A-Za-z0-9_-]{1,64}`."""

    __test__ = False
    regex = TEST_ID.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class RunIdConverter(TestIdConverter):
    """`[A-Za-z0-9_.-]{1,64}`: hex digits as a rule, also UUIDs."""

    regex = RUN_ID.pattern


class BadgeConverter(TestIdConverter):
    """What a badge is about, and its format: `status.svg`, `uptime.json`."""

    regex = r"(?:status|uptime|p95)\.(?:svg|json)"


class ExportConverter(TestIdConverter):
    """The path of a JSON endpoint, and the form of the file."""

    regex = r"(?:results|outages|timing|availability/slots)\.(?:csv|ndjson)"


register_converter(ExportConverter, "export")
register_converter(TestIdConverter, "test_id")
register_converter(BadgeConverter, "badge")
register_converter(RunIdConverter, "run_id")
