"""`GET /api/tests/{test_id}/live`: checks the request, then hands over a stream."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django_eventstream.utils import add_default_headers, get_channelmanager
from django_eventstream.viewsets import EventsViewSet
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from rest_framework import status
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from results.connection import data_repository
from results.live.asked import Asked
from results.live.cursors import Cursor
from results.live.renderers import SseRenderer
from results.live.response import LiveBody
from results.live.stored import off_the_loop, stored_chunks
from results.live.stream import Pace, follow
from results.live.wsgi_bridge import drained
from results.parameters import LiveQuery
from results.renderers import LivePageRenderer

EVENT_STREAM = "text/event-stream"


class CannotStream(APIException):
    """503: this server process would be blocked by an open stream."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "cannot_stream"
    default_detail = (
        "This server process cannot hold a stream open: start an ASGI server "
        "(uvicorn monitor.asgi:application) or `manage.py runserver`, or ask with "
        "?follow=false for what is stored."
    )


class LiveViewSet(EventsViewSet):  # type: ignore[misc]
    """A test's event stream while it happens, resumable by the last event's id."""

    name = "Live"
    operation_id = "stream_test_events"
    tag = "results"
    query_serializer_class = LiveQuery
    http_method_names = ["get", "head", "options"]
    renderer_classes = (SseRenderer, LivePageRenderer)

    def get_renderers(self) -> list[BaseRenderer]:
        """Ours: the library's come from a setting that holds for all endpoints."""
        return [renderer() for renderer in self.renderer_classes]

    def stream(self, request: Request, test_id: str) -> HttpResponseBase:
        """A stream; for a browser's address bar, the page that shows it."""
        asked = Asked.by(request)
        self._require_permission(request)
        if isinstance(request.accepted_renderer, LivePageRenderer):
            data_repository().require_known(test_id)
            return Response({"test_id": test_id})
        if asked.follow:
            _require_readable(test_id)
            body = _endless(request, test_id, asked.resume_after)
        else:
            body = _finite(request, _stored(test_id, asked.resume_after))
        if request.method == "HEAD":
            body = _finite(request, iter(()))
        return _event_stream(request, body)

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Whatever is no stream and no page is JSON: an EventSource shows nobody its
        errors, and other clients could not tell them from events."""
        accepted = getattr(request, "accepted_renderer", None)
        if isinstance(response, Response):
            if response.exception or not isinstance(accepted, LivePageRenderer):
                request.accepted_renderer = JSONRenderer()
                request.accepted_media_type = JSONRenderer.media_type
        final: HttpResponseBase = super().finalize_response(
            request, response, *args, **kwargs
        )
        return final

    def _require_permission(self, request: Request) -> None:
        manager = get_channelmanager()
        for channel in manager.get_channels_for_request(request, self.kwargs):
            if not manager.can_read_channel(request.user, channel):
                raise PermissionDenied()


def _require_readable(test_id: str) -> None:
    """Raise for an unknown test or an events key of a wrong type. Where Redis is away
    the stream is opened and waits: an EventSource never retries after a 5xx."""
    with contextlib.suppress(RedisConnectionError, RedisTimeoutError):
        data_repository().recent_entries(test_id, 1)


def _stored(test_id: str, resume_after: Cursor | None) -> Iterator[bytes]:
    count = Pace.configured().replay_entries
    return stored_chunks(data_repository(), test_id, resume_after, count)


def _finite(
    request: Request, chunks: Iterator[bytes]
) -> Iterator[bytes] | AsyncIterator[bytes]:
    return off_the_loop(chunks) if _is_async(request) else chunks


def _endless(
    request: Request, test_id: str, resume_after: Cursor | None
) -> Iterator[bytes] | AsyncIterator[bytes]:
    chunks = follow(test_id, resume_after, Pace.configured())
    if _is_async(request):
        return LiveBody(chunks)
    # A thread for each request: any other WSGI server has too few to give one away.
    if str(request.META.get("SERVER_SOFTWARE", "")).startswith("WSGIServer"):
        return drained(chunks)
    raise CannotStream()


def _is_async(request: Request) -> bool:
    return isinstance(request._request, ASGIRequest)


def _event_stream(
    request: Request, body: Iterator[bytes] | AsyncIterator[bytes]
) -> HttpResponseBase:
    response = StreamingHttpResponse(body, content_type=EVENT_STREAM)
    add_default_headers(response, request=request._request)
    # Browsers decode a compressed stream late or not at all.
    response["Content-Encoding"] = "identity"
    return response
