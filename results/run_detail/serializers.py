"""What leaves about a run beside others, described for OpenAPI."""

from __future__ import annotations

from rest_framework import serializers

from results.run_detail import shapes
from results.serializers import NumberField, Shape, SignedNumberField


class ComparedRunSerializer(serializers.Serializer):  # type: ignore[type-arg]
    run_id = serializers.CharField()
    passed = serializers.BooleanField()
    duration_ms = NumberField(allow_null=True)
    error = serializers.CharField(allow_null=True)
    started_at = serializers.CharField(allow_null=True, help_text="As stored.")


class StepChangeSerializer(serializers.Serializer):  # type: ignore[type-arg]
    step_number = serializers.IntegerField(min_value=0)
    passed = serializers.BooleanField(allow_null=True)
    other_passed = serializers.BooleanField(allow_null=True)
    change = serializers.CharField(
        help_text="From the other run to this one: `same`, `fixed`, `broken`, `added`, "
        "`removed`, `not_reached` where a failed run did not come to a step that it "
        "counts, or `unknown`."
    )


class RunComparisonSerializer(Shape):
    show = shapes.comparison
    test_id = serializers.CharField()
    run = ComparedRunSerializer()
    other = ComparedRunSerializer()
    duration_change_ms = SignedNumberField(
        allow_null=True, help_text="This run's duration less the other's."
    )
    error_changed = serializers.BooleanField(
        help_text="In more than numbers, ids, quoted text and queries of URLs."
    )
    steps = StepChangeSerializer(
        many=True, allow_null=True, help_text="Null where a record is too large."
    )
