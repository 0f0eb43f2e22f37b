"""The parameters of a run history: which runs, in which order, from where on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from results.analysis.asking import RunFilter, RunQuestion
from results.codec import cursors
from results.codec.cursors import Cursor
from results.parameters import ChoiceField, OffsetQuery, TextField, WholeNumberField
from results.range_parameters import RangeQuery, has_range, time_range

NEWEST, OLDEST = "newest", "oldest"
PASSED, FAILED = "passed", "failed"
SUMMARY = "summary"
LONGEST_MS = 10**12
LONGEST_TRIGGER = 200
MOST_TRIGGERS = 20
# What is asked of the pages that offsets count: everything, newest first.
_PLAIN = frozenset({"limit", "offset", "order", "fields"})
# What may differ from page to page of one list.
_OF_A_PAGE = frozenset({"limit", "offset", "cursor", "fields", "triggered_by"})


@extend_schema_field({"type": "string", "pattern": "^[A-Za-z0-9_-]{32}$"})
class CursorField(TextField):
    """A cursor that an answer gave."""

    default_error_messages = {"invalid": "Must be a cursor of an earlier answer."}

    def to_internal_value(self, data: Any) -> Cursor:  # type: ignore[override]
        found = cursors.decode(super().to_internal_value(data))
        if found is None:
            self.fail("invalid")
        return found


@extend_schema_field(
    {
        "type": "array",
        "maxItems": MOST_TRIGGERS,
        "items": {"type": "string", "minLength": 1, "maxLength": LONGEST_TRIGGER},
    }
)
class TriggersField(serializers.Field):  # type: ignore[type-arg]
    """Texts, the parameter once for each of them."""

    default_error_messages = {
        "blank": "This parameter may not be empty.",
        "longest": f"At most {LONGEST_TRIGGER} characters.",
        "most": f"At most {MOST_TRIGGERS} of them.",
    }

    def to_internal_value(self, data: list[str]) -> frozenset[str]:
        if not all(data):
            self.fail("blank")
        if len(data) > MOST_TRIGGERS:
            self.fail("most")
        if any(len(text) > LONGEST_TRIGGER for text in data):
            self.fail("longest")
        return frozenset(data)


class RunPageQuery(RangeQuery, OffsetQuery):
    """A page by offset, or from a cursor on; not both."""

    limit = WholeNumberField(
        min_value=1, max_value=100, default=20, help_text="Runs a page."
    )
    cursor = CursorField(
        required=False,
        help_text="`next_cursor` or `previous_cursor` of an earlier answer.",
    )
    order = ChoiceField(
        choices=(NEWEST, OLDEST), default=NEWEST, help_text="Which runs come first."
    )
    outcome = ChoiceField(
        choices=(PASSED, FAILED),
        required=False,
        help_text="Only runs that ended so, each run id once.",
    )
    triggered_by = TriggersField(
        required=False, help_text="Only runs triggered so; may be repeated."
    )
    min_duration_ms = WholeNumberField(
        min_value=0,
        max_value=LONGEST_MS,
        required=False,
        help_text="Only runs that took at least so long.",
    )
    max_duration_ms = WholeNumberField(
        min_value=0,
        max_value=LONGEST_MS,
        required=False,
        help_text="Only runs that took at most so long.",
    )
    fields_ = ChoiceField(
        choices=(SUMMARY,),
        required=False,
        help_text="`summary` leaves out step results and what a writer added.",
    )

    def get_fields(self) -> dict[str, Any]:
        """`fields` cannot be declared as an attribute: serializers have one."""
        found = super().get_fields()
        asked = found.pop("fields_")
        return {**found, "fields": asked}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        found = super().validate(attrs)
        longest = found.get("max_duration_ms", LONGEST_MS)
        if found.get("min_duration_ms", 0) > longest:
            _refuse("max_duration_ms", "Must not be less than min_duration_ms.")
        if found["offset"] and "cursor" in found:
            _refuse("offset", "Give a cursor or an offset, not both.")
        if found["offset"] and _filter(found).needs_facts:
            _refuse("offset", "With triggers and durations, page by cursor.")
        return found


def run_question(query: dict[str, Any], now: datetime) -> RunQuestion:
    """What a `RunPageQuery` asks for as seen at `now`."""
    return RunQuestion(
        runs=_filter(query),
        within=time_range(query, now) if has_range(query) else None,
        newest_first=query["order"] == NEWEST,
        cursor=query.get("cursor"),
    )


def mark_of(test_id: str, query: dict[str, Any]) -> bytes:
    """Which list of runs a `RunPageQuery` pages through: that of a test and filters."""
    filters = sorted(item for item in query.items() if item[0] not in _OF_A_PAGE)
    return cursors.mark_of(test_id, filters, sorted(query.get("triggered_by", ())))


def refuse_foreign_cursor(test_id: str, query: dict[str, Any]) -> None:
    """Raises `ValidationError` for a cursor that an answer about others gave."""
    cursor = query.get("cursor")
    if cursor is not None and cursor.mark != mark_of(test_id, query):
        _refuse("cursor", "Is of another test, or of other filters.")


def is_plain(query: dict[str, Any]) -> bool:
    """Whether it asks for nothing but a page by offset of all that is stored."""
    return query["order"] == NEWEST and query.keys() <= _PLAIN


def _filter(query: dict[str, Any]) -> RunFilter:
    outcome = query.get("outcome")
    return RunFilter(
        passed=None if outcome is None else outcome == PASSED,
        triggers=query.get("triggered_by", frozenset()),
        shortest_ms=query.get("min_duration_ms"),
        longest_ms=query.get("max_duration_ms"),
    )


def _refuse(name: str, why: str) -> None:
    raise serializers.ValidationError({name: why})
