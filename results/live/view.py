"""`GET /api/tests/{test_id}/live`: checks the request, then hands over a stream."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Coroutine, Iterator
from typing import Any, TypeVar, cast

from asgiref.sync import async_to_sync
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django_eventstream.utils import add_default_headers, get_channelmanager
from django_eventstream.viewsets import EventsViewSet
from drf_spectacular.utils import OpenApiResponse
from rest_framework import status
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from results.connection import data_repository
from results.live.asked import RESUME_HEADER, Asked
from results.live.crowd import Caller
from results.live.event_log import Place
from results.live.renderers import SseRenderer
from results.live.response import SCOPE_KEY, LiveBody
from results.live.starting import known_place, welcome
from results.live.stored import stored_chunks
from results.live.stream import Pace, follow
from results.live.wsgi_bridge import drained, waited_for
from results.parameters import LiveQuery
from results.renderers import LivePageRenderer
from results.serializers import ErrorResponseSerializer

EVENT_STREAM = "text/event-stream"
Result = TypeVar("Result")


class CannotStream(APIException):
    """503: this server process would be blocked by an open stream."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "cannot_stream"
    is_expected = True
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
    further_responses = {
        (429, "application/json"): OpenApiResponse(
            ErrorResponseSerializer,
            "Too many streams of this address; `Retry-After` says when to come back.",
        )
    }

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
            caller = Caller(str(request.META.get("REMOTE_ADDR") or ""), test_id)
            place = _wait(request, welcome(caller, asked.wanted))
            _require_streaming(request, test_id)
            chunks = follow(caller, asked.wanted, place, Pace.configured())
        else:
            place = _wait(request, known_place(test_id, asked.wanted))
            chunks = stored_chunks(test_id, place)
        if request.method == "HEAD":
            chunks = _nothing()
        return _event_stream(request, chunks, place)

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


def _require_streaming(request: Request, test_id: str) -> None:
    """The development server has a thread for each request, other WSGI servers have
    too few to give one away."""
    server = str(request.META.get("SERVER_SOFTWARE", ""))
    if not (_is_async(request) or server.startswith("WSGIServer")):
        data_repository().require_known(test_id)
        raise CannotStream()


def _wait(request: Request, coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Its result, from the loop that the stream will run in."""
    if not _is_async(request):
        return waited_for(coroutine)

    async def awaited() -> Result:
        return await coroutine

    result: Result = async_to_sync(awaited)()
    return result


async def _nothing() -> AsyncGenerator[bytes, None]:
    return
    yield


def _event_stream(
    request: Request, chunks: AsyncGenerator[bytes, None], place: Place | None
) -> HttpResponseBase:
    response = StreamingHttpResponse(
        _body(request._request, chunks), content_type=EVENT_STREAM
    )
    add_default_headers(response, request=request._request)
    # Browsers decode a compressed stream late or not at all.
    response["Content-Encoding"] = "identity"
    if place:
        response[RESUME_HEADER] = str(place.loss.start if place.loss else place.cursor)
    return response


def _body(
    request: HttpRequest, chunks: AsyncGenerator[bytes, None]
) -> LiveBody | Iterator[bytes]:
    if not isinstance(request, ASGIRequest):
        return drained(chunks)
    body = LiveBody(chunks)
    cast(dict[str, Any], request.scope)[SCOPE_KEY] = body
    return body


def _is_async(request: Request) -> bool:
    return isinstance(request._request, ASGIRequest)
