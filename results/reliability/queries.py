"""What the endpoints of reliability are asked with."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from drf_spectacular.utils import OpenApiResponse, extend_schema_field
from rest_framework import serializers

from results.analysis import slots, summary
from results.analysis.ranges import TimeRange
from results.parameters import (
    MAX_OFFSET,
    MAX_SEARCH,
    ChoiceField,
    QuerySerializer,
    SearchField,
    TestIdsField,
    TextField,
    WholeNumberField,
)
from results.range_parameters import (
    RangeQuery,
    TimeZoneField,
    has_range,
    time_range,
    window_length,
)
from results.serializers import ErrorResponseSerializer

USUAL_WINDOWS = "24h,7d,30d,90d"
MOST_WINDOWS = 10
MOST_TESTS = 50
UNKNOWN_TESTS = {
    (404, "application/json"): OpenApiResponse(
        ErrorResponseSerializer, "A test that was asked for is unknown; it is named."
    )
}


class Asked(NamedTuple):
    """A range, and the name of the window that it is; None for one with bounds."""

    window: str | None
    range: TimeRange


@extend_schema_field(
    {"type": "string", "pattern": r"^[1-9][0-9]{0,6}[mhdw](,[1-9][0-9]{0,6}[mhdw])*$"}
)
class WindowsField(TextField):
    """Names of trailing windows with commas between them; as they are written."""

    default_error_messages = {
        "invalid": "Must be windows with commas between them, each a whole number with "
        "m, h, d or w, up to ten years: `24h,7d`.",
        "too_many": "At most {most} windows.",
    }

    def to_internal_value(self, data: Any) -> tuple[str, ...]:  # type: ignore[override]
        names = tuple(dict.fromkeys(super().to_internal_value(data).split(",")))
        if not all(map(window_length, names)):
            self.fail("invalid")
        if len(names) > MOST_WINDOWS:
            self.fail("too_many", most=MOST_WINDOWS)
        return names

    def get_default(self) -> Any:
        """What is written as a default is read as if it had been asked for."""
        return tuple(str(super().get_default()).split(","))


class FewTestIdsField(TestIdsField):
    """Ids of 50 tests at most, commas between them."""

    default_error_messages = {"too_many": f"At most {MOST_TESTS} tests."}

    def to_internal_value(self, data: Any) -> frozenset[str]:  # type: ignore[override]
        ids = super().to_internal_value(data)
        if len(ids) > MOST_TESTS:
            self.fail("too_many")
        return ids


class SeveralQuery(QuerySerializer):
    tests = FewTestIdsField(
        required=True,
        help_text="Ids of tests, commas between them; at most 50.",
    )


class AvailabilityQuery(RangeQuery):
    windows = WindowsField(
        required=False,
        help_text="Trailing windows, commas between them; `24h,7d,30d,90d` unless a "
        "range is given.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if "windows" in attrs and has_range(attrs):
            raise serializers.ValidationError(
                {"windows": "Give windows or one range, not both."}
            )
        return attrs


class SeveralAvailabilityQuery(SeveralQuery, AvailabilityQuery):
    pass


class SummaryQuery(QuerySerializer):
    offset = WholeNumberField(
        min_value=0,
        max_value=MAX_OFFSET,
        default=0,
        help_text="How many tests of this order to leave out.",
    )
    limit = WholeNumberField(
        min_value=1, max_value=100, default=50, help_text="Tests a page."
    )
    q = SearchField(
        required=False,
        max_length=MAX_SEARCH,
        help_text="Only tests that show this text in id, name or URL.",
    )
    status = ChoiceField(
        choices=["active", "paused", "error"],
        required=False,
        help_text="Only tests that are counted as this.",
    )
    result = ChoiceField(
        choices=["passing", "failing", "pending"],
        required=False,
        help_text="Only tests whose last run says this.",
    )
    sort = ChoiceField(
        choices=list(summary.ORDERS),
        default=summary.FAILING,
        help_text="`failing` first, then by last run; or by `last_run`, `name`, `id`.",
    )
    windows = WindowsField(
        default="24h,7d,30d", help_text="Trailing windows, commas between them."
    )
    strip = WholeNumberField(
        min_value=0,
        max_value=50,
        default=20,
        help_text="How many of the last runs or slots are shown.",
    )
    strip_of = ChoiceField(
        choices=["run", slots.HOUR, slots.DAY],
        default="run",
        help_text="What the strip shows: runs, hours or days.",
    )
    tz = TimeZoneField(
        required=False, help_text="Time zone of hours and days; UTC unless given."
    )


class SlotsQuery(QuerySerializer):
    bucket = ChoiceField(
        choices=[slots.HOUR, slots.DAY],
        default=slots.DAY,
        help_text="What a slot is: `hour` or `day`.",
    )
    count = WholeNumberField(
        min_value=1,
        max_value=max(slots.MOST.values()),
        default=30,
        help_text="How many slots: 366 days or 336 hours at most.",
    )
    tz = TimeZoneField(
        required=False,
        help_text="Time zone of the slots, as `Europe/Berlin`; UTC unless given.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        most = slots.MOST[attrs["bucket"]]
        if attrs["count"] > most:
            raise serializers.ValidationError(
                {"count": f"Ensure this value is less than or equal to {most}."}
            )
        return attrs


def asked_ranges(query: dict[str, Any], now: datetime) -> list[Asked]:
    """The ranges of an `AvailabilityQuery` as seen at `now`."""
    if has_range(query):
        return [Asked(None, time_range(query, now))]
    return named_ranges(query.get("windows") or tuple(USUAL_WINDOWS.split(",")), now)


def named_ranges(names: tuple[str, ...], now: datetime) -> list[Asked]:
    """The trailing ranges that windows name."""
    lengths = ((name, window_length(name)) for name in names)
    return [Asked(name, TimeRange.trailing(n, now)) for name, n in lengths if n]
