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


class AboutConverter(TestIdConverter):
    """What a badge is about."""

    regex = "status|uptime|p95"


class FormConverter(TestIdConverter):
    """The form of a file."""

    regex = "csv|ndjson"


register_converter(FormConverter, "form")
register_converter(TestIdConverter, "test_id")
register_converter(AboutConverter, "about")
register_converter(RunIdConverter, "run_id")
