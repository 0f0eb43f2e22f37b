"""`/metrics` and `/metrics/streams`: figures for Prometheus, in its text format."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from results.connection import data_repository
from results.domain import IndexBuilding
from results.exceptions import JsonErrors
from results.outlets.examples import METRICS, STREAM_METRICS
from results.outlets.exposition import (
    Answering,
    Families,
    families,
    store_families,
)
from results.outlets.plain_answers import BytesRenderer, OneFormat
from results.outlets.snapshot import snapshot
from results.outlets.stream_exposition import stream_families
from results.published import TEXT, PlainBody

CACHE_SECONDS = 15.0
FORMAT = "Prometheus' text format."


class TextRenderer(BytesRenderer):
    media_type = CONTENT_TYPE_PLAIN_0_0_4
    format = "prometheus"


class Remembered:
    """The text of 15 seconds ago at most, of exactly the tests that there are.

    One thread collects while others wait: scrapes that come together cost one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: frozenset[str] = frozenset()
        self._text = b""
        self._until = 0.0

    def text(self) -> bytes:
        """Raises redis-py's errors and `IndexBuilding`."""
        repository = data_repository()
        with self._lock:
            listing = repository.states()
            ids = frozenset(listing.ids)
            if ids != self._ids or time.monotonic() >= self._until:
                found = snapshot(repository, listing, timezone.now())
                self._text = exposed(lambda: families(found))
                self._ids, self._until = ids, time.monotonic() + CACHE_SECONDS
            return self._text


remembered = Remembered()


class MetricsView(JsonErrors, APIView):
    """Figures of all tests, for Prometheus.

    Without the store it says so, and nothing else; what it says is 15 seconds old at
    most.
    """

    operation_id = "get_metrics"
    tag = "outlets"
    never_answers = frozenset({400, 406, 503})
    answers = {"text/plain": PlainBody(TEXT, FORMAT, METRICS)}
    renderer_classes = [TextRenderer]
    content_negotiation_class = OneFormat

    def get(self, request: Request) -> Response:
        try:
            text = remembered.text()
        except RedisError:
            return Response(exposed(lambda: store_families(False)))
        except IndexBuilding:
            # It answers, and the next scrape finds more of the indexes built.
            text = b""
        return Response(exposed(lambda: store_families(True)) + text)


class StreamMetricsView(JsonErrors, APIView):
    """Figures of the live feed in the process that answers, for Prometheus."""

    operation_id = "get_stream_metrics"
    tag = "outlets"
    never_answers = frozenset({400, 406, 502, 503})
    answers = {"text/plain": PlainBody(TEXT, FORMAT, STREAM_METRICS)}
    renderer_classes = [TextRenderer]
    content_negotiation_class = OneFormat

    def get(self, request: Request) -> Response:
        return Response(exposed(stream_families))


def exposed(collect: Callable[[], Families]) -> bytes:
    """The families in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Answering(collect))
    return generate_latest(registry)
