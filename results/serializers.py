"""What leaves: the shapes of all answers, and their description for OpenAPI.

Stored records are normalised by the codec and only described here: a strict
serializer on a writer's record would answer 500 for one odd field.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from results import shapes
from results.codec.declared import RUN_FIELDS
from results.domain import Incident, Run

SUMMARY_FIELDS = (*RUN_FIELDS, "truncated", "size_bytes", "redacted")


@extend_schema_field({"type": "number", "minimum": 0})
class NumberField(serializers.Field):  # type: ignore[type-arg]
    """A JSON number as stored: 12340 stays whole."""

    def to_representation(self, value: float) -> float:
        return value


@extend_schema_field({"type": "number"})
class SignedNumberField(NumberField):
    """A number that may be below zero."""


# Describes what `show` makes of a domain value. DRF copies every field of a serializer
# for each answer and walks over them, which would cost more than all else; a test
# compares what both make of the same value.
class Shape(serializers.Serializer):  # type: ignore[type-arg]
    show: ClassVar[Callable[[Any], shapes.Shown]]

    @classmethod
    def shown(cls, instance: Any) -> shapes.Shown:
        return cls.show(instance)

    def to_representation(self, instance: Any) -> shapes.Shown:
        return self.shown(instance)


class OpenRecord(serializers.Serializer):  # type: ignore[type-arg]
    @classmethod
    def shown(cls, instance: Run | Incident) -> Any:
        return instance.fields

    def to_representation(self, instance: Run | Incident) -> Any:
        return self.shown(instance)


class StepResultSerializer(OpenRecord):
    step_number = serializers.IntegerField(min_value=0, allow_null=True)
    passed = serializers.BooleanField(allow_null=True)
    details = serializers.CharField(allow_null=True)
    retry_count = serializers.IntegerField(min_value=0, allow_null=True)


class _CutRecord(OpenRecord):
    truncated = serializers.BooleanField(
        required=False, help_text="A summary: the stored record is too large for here."
    )
    size_bytes = serializers.IntegerField(
        required=False, help_text="Size of the stored record, with `truncated`."
    )
    redacted = serializers.BooleanField(
        required=False,
        help_text="Further fields are withheld: the test's secrets are not known.",
    )


class NeighbourSerializer(serializers.Serializer):  # type: ignore[type-arg]
    run_id = serializers.CharField()
    passed = serializers.BooleanField()
    timestamp = serializers.DateTimeField(allow_null=True)
    duration_ms = NumberField(allow_null=True)


class NeighboursSerializer(serializers.Serializer):  # type: ignore[type-arg]
    previous = NeighbourSerializer(allow_null=True)
    next = NeighbourSerializer(allow_null=True)
    last_passed = NeighbourSerializer(
        allow_null=True, help_text="The newest one before it that passed."
    )


class RunSerializer(_CutRecord):
    run_id = serializers.CharField()
    test_id = serializers.CharField(allow_null=True)
    passed = serializers.BooleanField()
    duration_ms = NumberField(allow_null=True)
    steps_passed = serializers.IntegerField(min_value=0, allow_null=True)
    steps_total = serializers.IntegerField(min_value=0, allow_null=True)
    details = serializers.CharField(allow_null=True)
    step_results = StepResultSerializer(
        many=True, required=False, help_text="Missing with `fields=summary` alone."
    )
    error = serializers.CharField(allow_null=True)
    triggered_by = serializers.CharField(allow_null=True, help_text="E.g. `qstash`.")
    started_at = serializers.CharField(allow_null=True, help_text="As stored.")
    completed_at = serializers.CharField(allow_null=True, help_text="As stored.")
    neighbours = NeighboursSerializer(
        required=False, help_text="By run id, with `neighbours=true`."
    )


class RunSummarySerializer(RunSerializer):
    """The declared fields but step results, and what we say about the record."""

    @classmethod
    def shown(cls, instance: Run | Incident) -> Any:
        fields = instance.fields
        return {name: fields[name] for name in SUMMARY_FIELDS if name in fields}


class IncidentSerializer(_CutRecord):
    run_id = serializers.CharField(allow_null=True)
    test_id = serializers.CharField(allow_null=True)
    error = serializers.CharField(allow_null=True)
    details = serializers.CharField(allow_null=True)
    started_at = serializers.CharField(allow_null=True, help_text="As stored.")
    alert_sent = serializers.BooleanField(allow_null=True)


class TimingPointSerializer(Shape):
    show = shapes.timing_point
    timestamp = serializers.DateTimeField(
        allow_null=True, help_text="When the run was, in UTC; null when unreadable."
    )
    duration_ms = NumberField()
    run_id = serializers.CharField(
        allow_null=True, help_text="Null where the stored point carries none."
    )
    outcome = serializers.CharField(
        allow_null=True,
        required=False,
        help_text="`passed`, `failed`, or null where unknown; when it is asked for.",
    )


class UptimeSerializer(Shape):
    show = shapes.uptime

    test_id = serializers.CharField()
    uptime_pct = serializers.FloatField(
        min_value=0, max_value=100, help_text="Passed of all runs; 100.0 with no runs."
    )
    total_runs = serializers.IntegerField(min_value=0)
    passed_runs = serializers.IntegerField(min_value=0)
    failed_runs = serializers.IntegerField(min_value=0)
    window_hours = serializers.IntegerField(min_value=1)
    skipped = serializers.IntegerField(
        required=False, help_text="Unreadable records in the window."
    )
    future_runs = serializers.IntegerField(
        required=False, help_text="Runs dated over 5 minutes ahead, not counted."
    )


class VariableSerializer(serializers.Serializer):  # type: ignore[type-arg]
    name = serializers.CharField()
    hidden = serializers.BooleanField()


class SyntheticTestSerializer(Shape):
    show = shapes.synthetic_test
    id = serializers.CharField()
    name = serializers.CharField(allow_null=True)
    url = serializers.CharField(
        allow_null=True, help_text="Without credentials and secret-looking values."
    )
    goal = serializers.CharField(allow_null=True)
    schedule = serializers.CharField(allow_null=True, help_text="5-field cron, UTC.")
    status = serializers.CharField(
        allow_null=True, help_text="`active`, `paused` or `error`."
    )
    last_result = serializers.CharField(
        allow_null=True, help_text="E.g. `passed`, `failed`, `error`, `pending`."
    )
    last_run_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField(allow_null=True)
    variables = VariableSerializer(
        many=True, allow_null=True, help_text="Names only; null when unknown."
    )


class RecentRunSerializer(serializers.Serializer):  # type: ignore[type-arg]
    test_id = serializers.CharField(source="test.id")
    test_name = serializers.CharField(source="test.name", allow_null=True)
    test_url = serializers.CharField(source="test.url", allow_null=True)
    last_result = serializers.CharField(source="test.last_result", allow_null=True)
    last_run_at = serializers.DateTimeField(source="test.last_run_at")
    steps_passed = serializers.IntegerField(
        source="run.fields.steps_passed", allow_null=True
    )
    steps_total = serializers.IntegerField(
        source="run.fields.steps_total", allow_null=True
    )
    duration_ms = NumberField(source="run.fields.duration_ms", allow_null=True)
    triggered_by = serializers.CharField(
        source="run.fields.triggered_by", allow_null=True
    )


OVERDUE = (
    "Active, and without a run for 3 expected intervals and 5 minutes, by the newest "
    "of its hash and its runs: whatever runs tests may be dead."
)
RUNNING = "Whose newest event is under 15 minutes old, and not the last of its run."


def _of_counts(name: str, said: str | None = None) -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=0, source=f"counts.{name}", help_text=said
    )


class DashboardSerializer(Shape):
    show = shapes.dashboard
    total_tests = _of_counts("total_tests")
    active_tests = _of_counts("active_tests")
    paused_tests = _of_counts("paused_tests")
    error_tests = _of_counts("error_tests")
    passing = _of_counts("passing")
    failing = _of_counts("failing")
    pending = _of_counts("pending")
    overdue = _of_counts("overdue", OVERDUE)
    running = _of_counts("running", RUNNING)
    last_run_at_global = serializers.DateTimeField(allow_null=True)
    next_run_approx_minutes = serializers.IntegerField(
        allow_null=True, min_value=0, help_text="Until any active test runs next."
    )
    recent_runs = RecentRunSerializer(many=True)
    skipped = serializers.IntegerField(
        required=False, help_text="Tests whose hash is of a wrong type."
    )


class HealthSerializer(serializers.Serializer):  # type: ignore[type-arg]
    status = serializers.CharField(help_text="`ok`, `degraded` or `unavailable`.")


class LiveTokenSerializer(serializers.Serializer):  # type: ignore[type-arg]
    token = serializers.CharField(help_text="For `?token=` of a live stream.")
    expires_at = serializers.DateTimeField(help_text="It opens none from then on.")


class ErrorDetailSerializer(serializers.Serializer):  # type: ignore[type-arg]
    code = serializers.CharField()
    detail = serializers.CharField()
    attr = serializers.CharField(
        allow_null=True, help_text="The parameter that was refused."
    )


class ErrorResponseSerializer(serializers.Serializer):  # type: ignore[type-arg]
    type = serializers.CharField(
        help_text="`validation_error`, `client_error` or `server_error`."
    )
    errors = ErrorDetailSerializer(many=True)  # type: ignore[assignment]
