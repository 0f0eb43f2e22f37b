"""What may be asked about how long runs took."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from results.analysis.buckets import INTERVALS, MOST
from results.parameters import (
    ChoiceField,
    OffsetQuery,
    StrictBooleanField,
    TextField,
    WholeNumberField,
)
from results.range_parameters import RangeQuery, TimeZoneField, has_range

AUTO, LTTB = "auto", "lttb"
PASSED, FAILED, ALL = "passed", "failed", "all"
DEFAULT_LENGTH = timedelta(hours=24)
DEFAULT_PERCENTILES = (50, 90, 95, 99)
_PERCENTILES = r"(100|[1-9][0-9]?)(,(100|[1-9][0-9]?)){0,9}"


class TimingPageQuery(RangeQuery, OffsetQuery):
    limit = WholeNumberField(
        min_value=1, max_value=200, default=50, help_text="Points a page."
    )
    outcomes = StrictBooleanField(
        required=False,
        help_text="Whether each point says how its run ended; unless given, it does "
        "for a range, and in files.",
    )
    downsample = ChoiceField(
        choices=(LTTB,),
        required=False,
        help_text="`lttb` picks `limit` points of a range that look like all of it.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        found = super().validate(attrs)
        if "downsample" in found:
            if not has_range(found):
                _refuse("downsample", "Name a range: from, to, or window.")
            if found["offset"]:
                _refuse("offset", "There is one page of all that is downsampled.")
        return found


def has_outcomes(query: dict[str, Any]) -> bool:
    """Whether points say how their runs ended; an explicit `outcomes` decides."""
    return bool(query.get("outcomes", has_range(query) or "downsample" in query))


@extend_schema_field({"type": "string", "pattern": f"^{_PERCENTILES}$"})
class PercentilesField(TextField):
    """Whole numbers up to 100 with commas between them; ascending, each once."""

    default_error_messages = {
        "invalid": "Must be at most ten whole numbers from 1 to 100 with commas "
        "between them: `50,95`."
    }

    def to_internal_value(self, data: Any) -> tuple[int, ...]:  # type: ignore[override]
        text = super().to_internal_value(data)
        if not re.fullmatch(_PERCENTILES, text):
            self.fail("invalid")
        return tuple(sorted(set(map(int, text.split(",")))))


class TimingStatsQuery(RangeQuery):
    outcome = ChoiceField(
        choices=(PASSED, FAILED, ALL),
        default=PASSED,
        help_text="Which runs count; `all` counts those of unknown outcome, too.",
    )
    percentiles = PercentilesField(
        required=False,
        help_text="Whole numbers with commas between them; `50,90,95,99` unless given.",
    )
    interval = ChoiceField(
        choices=(AUTO, *INTERVALS),
        default=AUTO,
        help_text="Length of a bucket; `auto` is the shortest that needs at most "
        "`max_points` of them.",
    )
    max_points = WholeNumberField(
        min_value=1,
        max_value=MOST,
        required=False,
        help_text="The most buckets, 200 unless given; not with an interval.",
    )
    tz = TimeZoneField(
        required=False,
        help_text="Time zone of the buckets, as `Europe/Berlin`; UTC unless given.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        found = super().validate(attrs)
        if "max_points" in found and found["interval"] != AUTO:
            _refuse("max_points", "Give an interval or max_points, not both.")
        return found


def _refuse(name: str, why: str) -> None:
    raise serializers.ValidationError({name: why})
