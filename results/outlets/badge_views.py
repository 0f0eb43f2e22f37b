"""`/badges/{test_id}/status.svg` and its like: grey and 200 where nothing is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from results.analysis import summary
from results.analysis.durations import each_once
from results.analysis.expected import RECENT_RUNS
from results.analysis.percentiles import percentile
from results.analysis.ranges import TimeRange
from results.analysis.shares import percent
from results.connection import data_repository
from results.domain import UnknownTest, UnreadableKey
from results.exceptions import note_unreadable
from results.outlets.badges import Badge, p95_badge, status_badge, uptime_badge
from results.outlets.examples import BADGE_IMAGE
from results.outlets.plain_answers import BytesRenderer, PlainAnswer
from results.parameters import QuerySerializer
from results.published import BYTES, PlainBody
from results.range_parameters import WindowField
from results.repository import ResultRepository

# A window's name and its length.
Named = tuple[str, timedelta]
# Of a value, None where it is unknown; the value, of a test.
Made = Callable[[Any], Badge]
Read = Callable[[ResultRepository, str], Any]
UPTIME_WINDOW: Named = ("24h", timedelta(hours=24))
# What a badge of p95 is about without a window.
NEWEST = f"p95, {RECENT_RUNS} runs"


class BadgeQuery(QuerySerializer):
    """The window is kept as it was written: the badge shows it."""

    window = WindowField(
        required=False,
        help_text="A trailing window, as `7d`. Without one, uptime is that of 24 "
        "hours, and p95 that of the newest 50 runs.",
    )

    @classmethod
    def named(cls, request: Request) -> Named | None:
        """The window's name and its length, if any; raises `ValidationError`."""
        query = cls.of(request)
        if "window" not in query:
            return None
        return request.query_params["window"].strip(), query["window"]


class SvgRenderer(BytesRenderer):
    media_type = "image/svg+xml"
    format = "svg"
    charset = "utf-8"


class ShieldsRenderer(BytesRenderer):
    media_type = "application/json"
    format = "json"


class BadgeSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What shields.io's endpoint badge takes."""

    schemaVersion = serializers.IntegerField(help_text="Always 1.")  # noqa: N815
    # `label` is an attribute of every field.
    message = serializers.CharField(
        help_text="`unknown` where there is no data, `unreadable` where what is stored "
        "is of an unexpected type."
    )
    color = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        label = serializers.CharField(help_text="What the badge is about.")
        return {**super().get_fields(), "label": label}


class BadgeImageView(PlainAnswer):
    """A test's status, uptime or p95 as an SVG image.

    A test that is unknown, or has no data, has a grey one, and so has one whose data
    is of an unexpected type: `unreadable`.
    """

    operation_id = "get_test_badge_image"
    query_serializer_class = BadgeQuery
    renderer_classes = [SvgRenderer]
    never_answers = frozenset({406, 502})
    missing = "No such badge."
    answers = {"image/svg+xml": PlainBody(BYTES, "The image.", BADGE_IMAGE)}

    def get(self, request: Request, test_id: str, about: str) -> Response:
        badge = _badge(about, test_id, BadgeQuery.named(request), request.path)
        return Response(self.shown(badge))

    def shown(self, badge: Badge) -> bytes:
        return badge.as_svg()


class BadgeView(BadgeImageView):
    """The same for shields.io's endpoint badge."""

    operation_id = "get_test_badge"
    serializer_class = BadgeSerializer
    renderer_classes = [ShieldsRenderer]
    answers = {}

    def shown(self, badge: Badge) -> bytes:
        return orjson.dumps(badge.as_shields())


def _badge(about: str, test_id: str, named: Named | None, path: str) -> Badge:
    """Grey where nothing is known, and where what is stored cannot be read: a page
    that shows a badge would have a broken image of any error."""
    made, read = _asked(about, named, timezone.now())
    try:
        return made(read(data_repository(), test_id))
    except UnknownTest:
        return made(None)
    except UnreadableKey as failure:
        note_unreadable(path, failure)
        return made(None).unreadable()


def _asked(about: str, named: Named | None, now: datetime) -> tuple[Made, Read]:
    """What makes the badge, and what reads the value that it shows."""
    if about == "status":
        return status_badge, partial(_state, now=now)
    if about == "p95" and named is None:
        return partial(p95_badge, NEWEST), partial(_newest_p95_ms, now=now)
    window, length = named or UPTIME_WINDOW
    asked = TimeRange.trailing(length, now)
    if about == "uptime":
        return partial(uptime_badge, window), partial(_run_pct, asked=asked, now=now)
    return partial(p95_badge, f"p95 {window}"), partial(_p95_ms, asked=asked)


def _state(repository: ResultRepository, test_id: str, now: datetime) -> bool | None:
    return repository.timeline(test_id, now).timeline.state_at(now)


def _run_pct(
    repository: ResultRepository, test_id: str, asked: TimeRange, now: datetime
) -> float | None:
    (runs,) = repository.timeline(test_id, now, [asked]).counts
    return percent(runs.passed, runs.total)


def _p95_ms(
    repository: ResultRepository, test_id: str, asked: TimeRange
) -> float | None:
    """As the statistics of timing have it: of the runs of a range that passed."""
    points = repository.range_points(test_id, asked).points
    passed = sorted(point.duration_ms for point in each_once(points) if point.passed)
    return percentile(passed, summary.P95)


def _newest_p95_ms(
    repository: ResultRepository, test_id: str, now: datetime
) -> float | None:
    """As the summary has it: of the newest runs."""
    return summary.p95_ms(repository.newest_durations(test_id, now))
