"""What is published about an answer is what goes out."""

from datetime import datetime, timedelta, timezone

import orjson
import pytest
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import Serializer
from rest_framework.utils.serializer_helpers import ReturnDict

from results import serializers
from results.codec.splicing import Spliced
from results.domain import (
    Dashboard,
    RecentRun,
    Run,
    SyntheticTest,
    TimingPoint,
    Totals,
    Uptime,
    Variable,
)
from results.json_rendering import FastJSONRenderer
from tests.factories import NOW, make_run

BERLIN = timezone(timedelta(hours=1))
TEST = SyntheticTest(
    "abc12345",
    name="Login",
    url="https://myapp.com",
    last_run_at=NOW,
    created_at=datetime(2026, 2, 1, 9, 30, 0, 4211, BERLIN),
    variables=(Variable("user", False), Variable("password", True)),
)
RECENT = (RecentRun(TEST, Run(make_run())),)
COUNTS = Dashboard(Totals(3, 2, 1, 0, 1, 1, 1, 1, 2), NOW, 7, recent_runs=RECENT)
ANSWERS = [
    (serializers.TimingPointSerializer, TimingPoint(NOW, 12340, "a1b2c3d4")),
    (serializers.TimingPointSerializer, TimingPoint(None, 1.5, None)),
    (serializers.UptimeSerializer, Uptime("t", 95.8, 24, 23, 1, 24, 1, 2)),
    (serializers.SyntheticTestSerializer, TEST),
    (serializers.SyntheticTestSerializer, SyntheticTest("x")),
    (serializers.DashboardSerializer, COUNTS),
]


@pytest.mark.parametrize(("serializer", "value"), ANSWERS)
def test_an_answer_is_what_its_fields_would_make_of_it(serializer, value):
    by_fields = Serializer.to_representation(serializer(), value)
    shown = serializer().to_representation(value)
    optional = {n for n, f in serializer().fields.items() if not f.required}
    assert shown == {k: v for k, v in by_fields.items() if v or k not in optional}
    assert list(shown) == [name for name in by_fields if name in shown]


def test_counters_of_nothing_stay_away():
    shown = serializers.UptimeSerializer().to_representation(
        Uptime("t", 100.0, 0, 0, 0, 24)
    )
    assert not {"skipped", "future_runs"} & shown.keys()


def test_a_recent_run_without_a_record_has_nulls():
    shown = serializers.DashboardSerializer().to_representation(
        Dashboard(COUNTS.counts, NOW, None, recent_runs=(RecentRun(TEST, None),))
    )
    assert shown["recent_runs"][0]["duration_ms"] is None


VALUES = [
    {"a": [1, 1.5, None, True, "ä€\U0001f600"], "b": {}},
    {"line ends": "\u2028 \u2029"},
    {"when": NOW},
    [],
    None,
]


@pytest.mark.parametrize("value", VALUES)
def test_json_is_what_drf_would_render(value):
    assert FastJSONRenderer().render(value) == JSONRenderer().render(value)
    for media_type, context in (
        ("application/json; indent=2", {}),
        (None, {"indent": 4}),
    ):
        fast = FastJSONRenderer().render(value, media_type, context)
        assert fast == JSONRenderer().render(value, media_type, context)


def test_a_spliced_record_is_in_the_answer_byte_by_byte():
    raw = b'{"run_id": "a",  "odd":1.50}'
    shown = {"results": [Spliced(raw)]}
    text = FastJSONRenderer().render(shown)
    assert text == b'{"results":[' + raw + b"]}"
    indented = FastJSONRenderer().render(shown, None, {"indent": 2})
    assert orjson.loads(indented) == orjson.loads(text)


def test_subclasses_of_dictionaries_are_dictionaries():
    shown = ReturnDict({"a": 1}, serializer=None)
    assert FastJSONRenderer().render([shown]) == b'[{"a":1}]'
