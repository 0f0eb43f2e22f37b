"""The description of outages for OpenAPI."""

from __future__ import annotations

from rest_framework import serializers

from results.outages import shapes
from results.serializers import NumberField, Shape


class OutageSerializer(Shape):
    show = shapes.outage

    id = serializers.CharField(help_text="The first failed run's id.")
    test_id = serializers.CharField()
    state = serializers.CharField(help_text="`open` or `closed`.")
    started_at = serializers.DateTimeField(help_text="The first failed run's time.")
    ended_at = serializers.DateTimeField(
        allow_null=True, help_text="The first passing run's time; null while open."
    )
    duration_s = NumberField(help_text="From start to end, or to now.")
    down_s = NumberField(help_text="The part of it that is known to be down.")
    failed_runs = serializers.IntegerField(min_value=1)
    first_run_id = serializers.CharField()
    last_run_id = serializers.CharField(help_text="The last failed run.")
    recovery_run_id = serializers.CharField(
        allow_null=True, help_text="The first passing run; null while open."
    )
    error = serializers.CharField(
        allow_null=True, help_text="Of the first failed run, at most 500 characters."
    )
    last_error = serializers.CharField(
        allow_null=True, help_text="Of the last failed run, at most 500 characters."
    )
    fingerprint = serializers.CharField(
        allow_null=True,
        help_text="Equal for outages of one cause: failing step and normalised error.",
    )
    alert_sent = serializers.BooleanField(
        allow_null=True,
        help_text="What the first failed run's incident says; null where none is kept.",
    )


class OutageGroupSerializer(Shape):
    show = shapes.outage_group

    fingerprint = serializers.CharField(
        allow_null=True, help_text="Null: of these nothing is known."
    )
    error = serializers.CharField(
        allow_null=True, help_text="Of the newest of these outages."
    )
    first_seen = serializers.DateTimeField(help_text="When the first of them began.")
    last_seen = serializers.DateTimeField(help_text="Their last failed run.")
    outages = serializers.IntegerField(min_value=1)
    failed_runs = serializers.IntegerField(min_value=1)
    tests = serializers.ListField(child=serializers.CharField())
    still_happening = serializers.BooleanField(help_text="Whether one of them is open.")
