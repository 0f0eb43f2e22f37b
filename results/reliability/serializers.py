"""What the endpoints of reliability answer, described for OpenAPI."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from results.reliability import shapes
from results.serializers import OVERDUE, RUNNING, NumberField, Shape

RUN_PCT = "Passed of all runs, floored to 3 decimals; null without runs."
TIME_PCT = "Up of known seconds, floored likewise; null with none."


def _seconds(said: str, **options: Any) -> serializers.FloatField:
    return serializers.FloatField(min_value=0, help_text=said, **options)


def _percent(said: str) -> serializers.FloatField:
    return serializers.FloatField(
        min_value=0, max_value=100, allow_null=True, help_text=said
    )


def _coverage() -> serializers.FloatField:
    return serializers.FloatField(
        min_value=0,
        max_value=1,
        allow_null=True,
        help_text="Known of all seconds, as a share of 1, floored to 3 decimals.",
    )


class AvailabilityWindowSerializer(serializers.Serializer):  # type: ignore[type-arg]
    window = serializers.CharField(
        allow_null=True, help_text="As `24h`; null for a range of its own."
    )
    to = serializers.DateTimeField(help_text="Where seconds of state end.")
    data_from = serializers.DateTimeField(
        allow_null=True,
        help_text="The oldest kept run, where the range reaches back beyond it.",
    )
    run_pct = _percent(RUN_PCT)
    time_pct = _percent(TIME_PCT)
    coverage = _coverage()
    passed_runs = serializers.IntegerField(min_value=0)
    failed_runs = serializers.IntegerField(min_value=0)
    total_runs = serializers.IntegerField(min_value=0)
    up_s = _seconds("Seconds up: after a passed run, 3 expected intervals at most.")
    down_s = _seconds("Seconds down: after a failed run, likewise.")
    unknown_s = _seconds("All other seconds.")
    outages = serializers.IntegerField(
        min_value=0, help_text="Outages of which a part lies in the range."
    )
    longest_outage_s = _seconds("The longest such part.", allow_null=True)
    mttr_s = _seconds(
        "Mean time to recovery: the mean length of those that are over.",
        allow_null=True,
    )
    mtbf_s = _seconds(
        "Mean time between failures: `up_s` by the outages begun in the range.",
        allow_null=True,
    )

    def get_fields(self) -> dict[str, Any]:
        """`from` cannot be declared as an attribute: Python keeps that word."""
        window, *others = super().get_fields().items()
        start = serializers.DateTimeField(help_text="Where the range begins.")
        return dict([window, ("from", start), *others])


class TestAvailabilitySerializer(Shape):
    __test__ = False
    show = shapes.test_availability

    test_id = serializers.CharField()
    expected_interval_s = _seconds(
        "Expected seconds between two runs, by the schedule or else by the runs."
    )
    windows = AvailabilityWindowSerializer(many=True)


class SeveralAvailabilitySerializer(serializers.Serializer):  # type: ignore[type-arg]
    tests = TestAvailabilitySerializer(many=True, help_text="In the order of ids.")


class SlotSerializer(serializers.Serializer):  # type: ignore[type-arg]
    start = serializers.DateTimeField()
    end = serializers.DateTimeField(help_text="Of the last slot, a time to come.")
    state = serializers.CharField(
        help_text="`no_data`, `up`, `down`, or `partial` for some of both."
    )
    runs = serializers.IntegerField(min_value=0)
    failures = serializers.IntegerField(min_value=0)
    downtime_s = _seconds("Seconds down.")
    run_pct = _percent(RUN_PCT)


class TestSlotsSerializer(Shape):
    __test__ = False
    show = shapes.test_slots

    test_id = serializers.CharField()
    bucket = serializers.CharField(help_text="`hour` or `day`.")
    tz = serializers.CharField(help_text="The time zone, as `Europe/Berlin`.")
    slots = SlotSerializer(many=True, help_text="Oldest first; the last is not over.")


class NewestRunSerializer(serializers.Serializer):  # type: ignore[type-arg]
    run_id = serializers.CharField()
    at = serializers.DateTimeField()
    passed = serializers.BooleanField()


class OpenOutageSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.CharField(help_text="The first failed run's.")
    started_at = serializers.DateTimeField()
    duration_s = _seconds("Until now.")
    failed_runs = serializers.IntegerField(min_value=1)


class SummaryWindowSerializer(serializers.Serializer):  # type: ignore[type-arg]
    window = serializers.CharField(help_text="As `24h`.")
    run_pct = _percent(RUN_PCT)
    time_pct = _percent(TIME_PCT)
    coverage = _coverage()
    passed_runs = serializers.IntegerField(min_value=0)
    failed_runs = serializers.IntegerField(min_value=0)
    total_runs = serializers.IntegerField(min_value=0)
    down_s = _seconds("Seconds down.")


class StripMarkSerializer(serializers.Serializer):  # type: ignore[type-arg]
    at = serializers.DateTimeField(help_text="Of the run, or where the slot begins.")
    state = serializers.CharField(
        help_text="`passed` or `failed`; of slots `up`, `down`, `partial`, `no_data`."
    )
    run_id = serializers.CharField(allow_null=True, help_text="Null for a slot.")


class SummaryRowSerializer(serializers.Serializer):  # type: ignore[type-arg]
    test_id = serializers.CharField()
    name = serializers.CharField(allow_null=True)
    url = serializers.CharField(
        allow_null=True, help_text="Without credentials and secret-looking values."
    )
    status = serializers.CharField(
        allow_null=True, help_text="`active`, `paused` or `error`."
    )
    last_result = serializers.CharField(
        allow_null=True, help_text="E.g. `passed`, `failed`, `error`, `pending`."
    )
    state = serializers.CharField(help_text="`up`, `down` or `unknown`, by its runs.")
    running = serializers.BooleanField(help_text=RUNNING)
    overdue = serializers.BooleanField(help_text=OVERDUE)
    schedule = serializers.CharField(allow_null=True, help_text="5-field cron, UTC.")
    expected_interval_s = _seconds(
        "Expected seconds between two runs; null where its runs cannot be read.",
        allow_null=True,
    )
    next_run_at = serializers.DateTimeField(
        allow_null=True, help_text="By the schedule of an active test."
    )
    last_run = NewestRunSerializer(allow_null=True)
    last_pass = NewestRunSerializer(allow_null=True)
    open_outage = OpenOutageSerializer(allow_null=True)
    windows = SummaryWindowSerializer(many=True)
    p95_ms = NumberField(
        allow_null=True,
        help_text="95 of 100 passed runs, of the newest 50 runs, took no longer.",
    )
    strip = StripMarkSerializer(many=True, help_text="Oldest first.")


class TotalsSerializer(serializers.Serializer):  # type: ignore[type-arg]
    total_tests = serializers.IntegerField(min_value=0)
    active_tests = serializers.IntegerField(min_value=0)
    paused_tests = serializers.IntegerField(min_value=0)
    error_tests = serializers.IntegerField(min_value=0)
    passing = serializers.IntegerField(min_value=0)
    failing = serializers.IntegerField(min_value=0)
    pending = serializers.IntegerField(min_value=0)
    overdue = serializers.IntegerField(min_value=0, help_text=OVERDUE)
    running = serializers.IntegerField(min_value=0, help_text=RUNNING)


class SummarySerializer(Shape):
    show = shapes.summary

    counts = TotalsSerializer(help_text="Over all tests; statuses and results add up.")
    tests = SummaryRowSerializer(many=True)
    total = serializers.IntegerField(min_value=0, help_text="Tests asked for.")
    limit = serializers.IntegerField(min_value=1)
    offset = serializers.IntegerField(min_value=0)
    skipped = serializers.IntegerField(
        required=False, help_text="Tests whose hash is of a wrong type."
    )
