"""What leaves about durations, described for OpenAPI."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from results.range_serializers import RangeShape
from results.serializers import NumberField, TimingPointSerializer
from results.timings import shapes


class OutcomePointSerializer(TimingPointSerializer):
    """A point with its outcome: one of the same name for clients."""

    show = shapes.outcome_point


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": ["number", "null"], "minimum": 0},
    }
)
class PercentilesField(serializers.Field):  # type: ignore[type-arg]
    """Milliseconds by the percentile's name."""

    def to_representation(self, value: Any) -> Any:
        return dict(value)


class DurationStatsSerializer(serializers.Serializer):  # type: ignore[type-arg]
    count = serializers.IntegerField(min_value=0, help_text="Runs that counted.")
    min = NumberField(allow_null=True, help_text="Milliseconds; null without a run.")
    max = NumberField(allow_null=True, help_text="Milliseconds; null without a run.")
    mean = NumberField(allow_null=True, help_text="Milliseconds; null without a run.")
    percentiles = PercentilesField(
        help_text="Milliseconds by name (`p95`), by nearest rank: a duration that was "
        "measured. Null without a run."
    )


class TimingBucketSerializer(DurationStatsSerializer):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    unfinished = serializers.BooleanField(
        help_text="It reaches beyond now, or beyond the range."
    )


class TimingStatsSerializer(RangeShape, DurationStatsSerializer):
    show = shapes.timing_stats
    test_id = serializers.CharField()
    outcome = serializers.CharField(help_text="`passed`, `failed` or `all`.")
    interval_s = serializers.IntegerField(
        allow_null=True, help_text="Length of a bucket on the clock of `tz`."
    )
    tz = serializers.CharField()
    buckets = TimingBucketSerializer(many=True, help_text="Empty ones included.")
    skipped = serializers.IntegerField(
        required=False, help_text="Unreadable points of the range."
    )
