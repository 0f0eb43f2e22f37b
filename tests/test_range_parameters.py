"""`from`, `to`, `window` and `tz`: what they mean, and what is refused by name."""

import time
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from rest_framework import serializers

from results.analysis.ranges import TimeRange
from results.domain import CLOCK_SKEW
from results.range_parameters import RangeQuery, TimeZoneField, time_range
from tests.factories import NOW, TEST_ID, store_test

UTC = timezone.utc
START = datetime(2026, 2, 14, 10, 0, tzinfo=UTC)


class InZone(RangeQuery):
    tz = TimeZoneField(default=ZoneInfo("UTC"))


def asked(text):
    return InZone.parse(QueryDict(text))


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-14T10:00:00Z",
        "2026-02-14T10:00:00.000Z",
        "2026-02-14t10:00:00z",
        "2026-02-14T11:00:00%2B01:00",
        "2026-02-14T11:00:00+01:00",
        "2026-02-14T05:00:00-05:00",
        "1771063200",
        "1771063200.0",
    ],
)
def test_an_instant_is_rfc_3339_or_epoch_seconds(text):
    assert asked(f"from={text}")["from"] == START


@pytest.mark.parametrize(
    "text, length",
    [
        ("90m", timedelta(minutes=90)),
        ("24h", timedelta(days=1)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(days=14)),
    ],
)
def test_a_window_ends_now_and_counts_what_clocks_may_be_ahead(text, length):
    found = time_range(asked(f"window={text}"), NOW)
    assert found == TimeRange(NOW - length, NOW, NOW + CLOCK_SKEW, is_trailing=True)


def test_a_range_with_both_bounds_is_half_open_and_seconds_end_at_now():
    query = {"from": NOW - timedelta(hours=2), "to": NOW - timedelta(hours=1)}
    found = time_range(query, NOW)
    assert found == TimeRange(query["from"], query["to"], query["to"], False)
    soon = NOW + timedelta(seconds=60)
    assert time_range(query | {"to": soon}, NOW) == TimeRange(
        query["from"], NOW, soon, False
    )


@pytest.mark.parametrize("to", [{}, {"to": NOW + timedelta(days=1)}])
def test_nothing_counts_that_lies_beyond_the_clock_skew(to):
    found = time_range({"from": START, **to}, NOW)
    assert found == TimeRange(START, NOW, NOW + CLOCK_SKEW, True)


def test_without_a_bound_all_that_is_kept_is_meant():
    assert time_range(asked(""), NOW).start is None


def test_a_time_zone_has_a_name_of_the_iana_database():
    assert asked("tz=Europe/Berlin")["tz"] == ZoneInfo("Europe/Berlin")
    assert asked("")["tz"] == ZoneInfo("UTC")


@pytest.mark.parametrize(
    "text, name",
    [
        ("from=yesterday", "from"),
        ("from=", "from"),
        ("from=1&from=2", "from"),
        ("from=2026-02-14", "from"),
        ("from=2026-02-14T10:00:00", "from"),
        ("from=2026-02-30T10:00:00Z", "from"),
        ("from=0001-01-01T00:00:00%2B23:00", "from"),
        ("from=nan", "from"),
        ("from=-5", "from"),
        ("from=999999999999", "from"),
        ("to=1e9", "to"),
        ("from=10&to=10", "to"),
        ("from=10&to=9", "to"),
        ("window=0h", "window"),
        ("window=24", "window"),
        ("window=24H", "window"),
        ("window=1.5d", "window"),
        ("window=9999999w", "window"),
        ("window=4000d", "window"),
        ("window=24h&from=1", "window"),
        ("window=24h&to=1", "window"),
        ("tz=CET/Nowhere", "tz"),
        ("tz=../../etc/passwd", "tz"),
        ("tz=Europe", "tz"),
        ("tz=%2B01:00", "tz"),
    ],
)
def test_what_is_refused_is_named(text, name):
    with pytest.raises(serializers.ValidationError) as refused:
        asked(text)
    assert list(refused.value.detail) == [name]


def test_a_start_that_is_ahead_as_clocks_may_be_is_an_empty_range_of_state():
    ahead = NOW + CLOCK_SKEW / 2
    for query in ({"from": ahead}, {"from": ahead, "to": ahead + CLOCK_SKEW / 4}):
        found = time_range(query, NOW)
        assert found.start == found.end == ahead and found.has_run(ahead)


FUTURE = {"from": "2999-01-01T00:00:00Z", "to": "2999-01-02T00:00:00Z"}


@pytest.mark.parametrize(
    "path",
    [
        *("results", "results.csv", "outages", "outages.ndjson", "timing"),
        *("timing/stats", "steps", "availability"),
    ],
)
@pytest.mark.parametrize("asked", [FUTURE, {"from": FUTURE["from"]}])
def test_a_range_that_lies_ahead_is_refused_by_name(api, redis_client, path, asked):
    store_test(redis_client)
    response = api.get(f"/api/tests/{TEST_ID}/{path}", asked)
    assert response.status_code == 400
    assert [error["attr"] for error in response.json()["errors"]] == ["from"]
    soon = {"from": str(time.time() + CLOCK_SKEW.total_seconds() / 2)}
    assert api.get(f"/api/tests/{TEST_ID}/{path}", soon).status_code == 200


@pytest.mark.parametrize("path", ["outages", "outages/groups", "availability"])
def test_of_several_tests_too(api, redis_client, path):
    store_test(redis_client)
    response = api.get(f"/api/{path}", {"tests": TEST_ID, **FUTURE})
    assert response.json()["errors"][0]["attr"] == "from"
