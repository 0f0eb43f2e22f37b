"""`/badges/{test_id}/status.svg` and its like: grey and 200 where nothing is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from results.analysis import summary
from results.analysis.durations import each_once
from results.analysis.expected import RECENT_RUNS
from results.analysis.percentiles import percentile
from results.analysis.ranges import TimeRange
from results.analysis.shares import percent
from results.connection import data_repository
from results.domain import UnknownTest
from results.outlets.badges import Badge, p95_badge, status_badge, uptime_badge
from results.outlets.plain_answers import BytesRenderer, PlainAnswer
from results.parameters import QuerySerializer
from results.range_parameters import WindowField
from results.repository import ResultRepository

# A window's name and its length.
Named = tuple[str, timedelta]
UPTIME_WINDOW: Named = ("24h", timedelta(hours=24))
# What a badge of p95 is about without a window.
NEWEST = f"p95, {RECENT_RUNS} runs"


class BadgeQuery(QuerySerializer):
    """The window is kept as it was written: the badge shows it."""

    window = WindowField(required=False)

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


@extend_schema(exclude=True)
class BadgeView(PlainAnswer):
    """The badge that the path names, as an image or for shields.io."""

    def get_renderers(self) -> list[Any]:
        is_image = str(self.kwargs.get("kind", "")).endswith(".svg")
        return [SvgRenderer() if is_image else ShieldsRenderer()]

    def get(self, request: Request, test_id: str, kind: str) -> Response:
        about, _, form = kind.partition(".")
        badge = _badge(about, test_id, BadgeQuery.named(request))
        is_image = form == "svg"
        return Response(
            badge.as_svg() if is_image else orjson.dumps(badge.as_shields())
        )


def _badge(about: str, test_id: str, named: Named | None) -> Badge:
    repository, now = data_repository(), timezone.now()
    if about == "status":
        return status_badge(_state(repository, test_id, now))
    if about == "p95" and named is None:
        return p95_badge(NEWEST, _newest_p95_ms(repository, test_id, now))
    window, length = named or UPTIME_WINDOW
    asked = TimeRange.trailing(length, now)
    if about == "uptime":
        return uptime_badge(window, _run_pct(repository, test_id, asked, now))
    return p95_badge(f"p95 {window}", _p95_ms(repository, test_id, asked))


def _state(repository: ResultRepository, test_id: str, now: datetime) -> bool | None:
    try:
        return repository.timeline(test_id, now).timeline.state_at(now)
    except UnknownTest:
        return None


def _run_pct(
    repository: ResultRepository, test_id: str, asked: TimeRange, now: datetime
) -> float | None:
    try:
        (runs,) = repository.timeline(test_id, now, [asked]).counts
    except UnknownTest:
        return None
    return percent(runs.passed, runs.total)


def _p95_ms(
    repository: ResultRepository, test_id: str, asked: TimeRange
) -> float | None:
    """As the statistics of timing have it: of the runs of a range that passed."""
    try:
        points = repository.range_points(test_id, asked).points
    except UnknownTest:
        return None
    passed = sorted(point.duration_ms for point in each_once(points) if point.passed)
    return percentile(passed, summary.P95)


def _newest_p95_ms(
    repository: ResultRepository, test_id: str, now: datetime
) -> float | None:
    """As the summary has it: of the newest runs."""
    found, _ = repository.glimpses([test_id], (), now, ())
    if not found or found[0].observed is None:
        return None
    return summary.p95_ms(found[0].observed, found[0].points)
