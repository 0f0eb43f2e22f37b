"""What leaves about steps, described for OpenAPI."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from results.range_serializers import RangeShape
from results.serializers import NumberField
from results.steps import shapes


class PercentField(serializers.FloatField):
    """A share in percent, floored to three decimals; null of nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, allow_null=True, **kwargs)


class StepHealthSerializer(serializers.Serializer):  # type: ignore[type-arg]
    step_number = serializers.IntegerField(min_value=0)
    description = serializers.CharField(
        allow_null=True, help_text="By the newest run that has a plan."
    )
    runs = serializers.IntegerField(
        min_value=0, help_text="Runs that tell how the step ended."
    )
    passed_runs = serializers.IntegerField(min_value=0)
    pass_pct = PercentField(help_text="Passed of these runs; null without one.")
    first_failures = serializers.IntegerField(
        min_value=0, help_text="Failed runs in which this step failed first."
    )
    first_failure_pct = PercentField(help_text="Their share of all failed runs.")
    flaky_failures = serializers.IntegerField(
        min_value=0, help_text="First failures with a passed run within the next two."
    )
    flake_pct = PercentField(help_text="Share of first failures that were flaky.")
    mean_retries = NumberField(
        allow_null=True, help_text="Of runs that count retries; null without one."
    )


class TestStepsSerializer(RangeShape):
    __test__ = False
    show = shapes.steps
    test_id = serializers.CharField()
    runs = serializers.IntegerField(min_value=0, help_text="All runs of the range.")
    failed_runs = serializers.IntegerField(min_value=0)
    steps = StepHealthSerializer(many=True, help_text="By number.")
    redacted = serializers.BooleanField(
        required=False,
        help_text="Descriptions are withheld: the test's secrets are not known.",
    )
