"""The parameters that name a stretch of time: `from` and `to`, or `window`, and `tz`.

A query is remembered apart from the time it is asked at: `time_range` turns what was
read into a range as seen at `now`.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from results.analysis.ranges import TimeRange
from results.codec import times
from results.domain import CLOCK_SKEW
from results.parameters import AnyField, QuerySerializer, TextField

UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
LONGEST_WINDOW = timedelta(days=3660)
UTC = ZoneInfo("UTC")
_WINDOW = re.compile(r"([1-9][0-9]{0,6})([mhdw])", re.ASCII)
_EPOCH = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?", re.ASCII)
# In a query string a plus sign that nobody escaped arrives as a space.
_RFC_3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d(?:\.\d{1,9})?)([Zz]|[+ -]\d\d:\d\d)",
    re.ASCII,
)

# Both, as the document shows them: without every day that there is not.
_INSTANT = (
    r"^([0-9]{1,12}(\.[0-9]{1,9})?|[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:"
    r"[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2}))$"
)


@extend_schema_field({"type": "string", "pattern": _INSTANT})
class InstantField(TextField):
    """RFC 3339 with an offset, or epoch seconds; an aware time in UTC."""

    default_error_messages = {
        "invalid": "Must be RFC 3339 with an offset, or epoch seconds: "
        "`2026-02-14T10:00:00Z`."
    }

    def to_internal_value(self, data: Any) -> datetime:  # type: ignore[override]
        # A trimmed value would have lost the plus sign of its offset.
        text = super().to_internal_value(data)
        found = _from_epoch(text) if _EPOCH.fullmatch(text) else _from_rfc_3339(text)
        if found is None:
            self.fail("invalid")
        return found


@extend_schema_field({"type": "string", "pattern": f"^{_WINDOW.pattern}$"})
class WindowField(TextField):
    """A trailing window: `24h`, `7d`, or any whole number of m, h, d or w."""

    default_error_messages = {
        "invalid": "Must be a whole number with m, h, d or w, up to ten years: `24h`."
    }

    def to_internal_value(self, data: Any) -> timedelta:  # type: ignore[override]
        found = window_length(super().to_internal_value(data))
        if found is None:
            self.fail("invalid")
        return found


class TimeZoneField(TextField):
    """The name of a time zone in the IANA database."""

    default_error_messages = {
        "invalid": "Must be the name of a time zone: `Europe/Berlin`."
    }

    def to_internal_value(self, data: Any) -> ZoneInfo:  # type: ignore[override]
        name = super().to_internal_value(data)
        if name not in _time_zones():
            self.fail("invalid")
        return ZoneInfo(name)


class RangeQuery(QuerySerializer):
    """`from` and `to` (half-open), or a trailing `window`; not both."""

    window = WindowField(
        required=False,
        help_text="Trailing window that ends now: a whole number of m, h, d or w.",
    )
    to = InstantField(
        required=False, help_text="Before this time: RFC 3339 or epoch seconds."
    )

    def get_fields(self) -> dict[str, AnyField]:
        """`from` cannot be declared as an attribute: Python keeps that word."""
        given = InstantField(
            required=False,
            help_text="From this time on: RFC 3339 with an offset, or epoch seconds.",
        )
        return {"from": given, **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start, end = attrs.get("from"), attrs.get("to")
        if "window" in attrs and (start or end):
            raise serializers.ValidationError(
                {"window": "Give a window or from and to, not both."}
            )
        if start and end and start >= end:
            raise serializers.ValidationError({"to": "Must be later than from."})
        return attrs


def has_range(query: dict[str, Any]) -> bool:
    """Whether a `RangeQuery` names a range."""
    return not query.keys().isdisjoint(("from", "to", "window"))


def time_range(query: dict[str, Any], now: datetime) -> TimeRange:
    """The range that a `RangeQuery` asks for; all that is kept when it names none.

    Raises `ValidationError` for one that begins where no run can count yet.
    """
    if "window" in query:
        return TimeRange.trailing(query["window"], now)
    start = query.get("from")
    if start is not None and start > now + CLOCK_SKEW:
        raise serializers.ValidationError({"from": "Must not be later than now."})
    return TimeRange.between(start, query.get("to"), now)


def range_or_last(query: dict[str, Any], now: datetime, length: timedelta) -> TimeRange:
    """The range that a `RangeQuery` names, or else the trailing one of this length."""
    if has_range(query):
        return time_range(query, now)
    return TimeRange.trailing(length, now)


def window_length(text: str) -> timedelta | None:
    """The length that a window's name says; None for a bad name, or over ten years."""
    found = _WINDOW.fullmatch(text)
    if not found:
        return None
    length = int(found[1]) * UNITS[found[2]]
    return length if length <= LONGEST_WINDOW else None


@cache
def _time_zones() -> frozenset[str]:
    """Listing them reads a directory tree."""
    return frozenset(available_timezones())


def _from_epoch(text: str) -> datetime | None:
    seconds = float(text)
    return times.from_score(seconds) if math.isfinite(seconds) else None


def _from_rfc_3339(text: str) -> datetime | None:
    found = _RFC_3339.fullmatch(text)
    if not found:
        return None
    day, clock, offset = found.groups()
    return times.from_text(f"{day}T{clock}{offset.replace(' ', '+').upper()}")
