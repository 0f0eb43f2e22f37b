"""What every live stream's view does: checks, then hands over a stream or a page."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Coroutine, Iterator
from typing import Any, Protocol, TypeVar, cast

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

from results.access.addresses import address_of
from results.live.asked import RESUME_HEADER
from results.live.crowd import Caller
from results.live.renderers import SseRenderer
from results.live.starting import known_place, welcome
from results.live.transport import CHUNKS
from results.live.wsgi_bridge import drained, waited_for
from results.renderers import LivePageRenderer
from results.serializers import ErrorResponseSerializer

EVENT_STREAM = "text/event-stream"
Result = TypeVar("Result")


class Start(Protocol):
    """Where a client begins."""

    @property
    def start(self) -> str: ...


Place = TypeVar("Place", bound=Start)


class Watch(Protocol[Place]):
    """What a request wants to watch, its parameters checked."""

    @property
    def test_id(self) -> str: ...

    @property
    def follow(self) -> bool: ...

    def require_known(self) -> None:
        """Raise `UnknownTest`, or redis-py's errors."""

    async def locate(self) -> Place:
        """Where it starts. Raises `UnknownTest`, `UnreadableKey`, redis-py's errors."""

    def followed(
        self, caller: Caller, place: Place | None
    ) -> AsyncGenerator[bytes, None]:
        """The body of a stream that stays open."""

    def stored(self, place: Place) -> AsyncGenerator[bytes, None]:
        """The body of one that ends behind what is stored."""


class CannotStream(APIException):
    """503: this server process would be blocked by an open stream."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "cannot_stream"
    is_expected = True
    default_detail = (
        "This server process cannot hold a stream open: start an ASGI server "
        "(`manage.py serve`, or any with monitor.asgi:application), or ask with "
        "?follow=false for what is stored."
    )


class StreamViewSet(EventsViewSet):  # type: ignore[misc]
    """A live stream of what a subclass' `watch` says."""

    tag = "results"
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

    def watch(self, request: Request) -> Watch[Any]:
        """What is asked for; raises one `ValidationError` for all that is wrong."""
        raise NotImplementedError

    def stream(self, request: Request, **_: str) -> HttpResponseBase:
        """A stream; for a browser's address bar, the page that shows it."""
        watch = self.watch(request)
        self._require_permission(request)
        if isinstance(request.accepted_renderer, LivePageRenderer):
            watch.require_known()
            return Response(self.kwargs)
        place, chunks = _opened(request, watch)
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


def _opened(
    request: Request, watch: Watch[Any]
) -> tuple[Start | None, AsyncGenerator[bytes, None]]:
    if not watch.follow:
        start = _wait(request, known_place(watch.locate))
        return start, watch.stored(start)
    caller = Caller(address_of(request.META), watch.test_id)
    place = _wait(request, welcome(caller, watch.locate))
    _require_streaming(request, watch)
    return place, watch.followed(caller, place)


def _require_streaming(request: Request, watch: Watch[Any]) -> None:
    """The development server has a thread for each request, other WSGI servers have
    too few to give one away."""
    server = str(request.META.get("SERVER_SOFTWARE", ""))
    if not (_is_async(request) or server.startswith("WSGIServer")):
        watch.require_known()
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
    request: Request, chunks: AsyncGenerator[bytes, None], place: Start | None
) -> HttpResponseBase:
    response = StreamingHttpResponse(
        _body(request._request, chunks), content_type=EVENT_STREAM
    )
    add_default_headers(response, request=request._request)
    # Browsers decode a compressed stream late or not at all.
    response["Content-Encoding"] = "identity"
    if place:
        response[RESUME_HEADER] = place.start
    return response


def _body(
    request: HttpRequest, chunks: AsyncGenerator[bytes, None]
) -> AsyncGenerator[bytes, None] | Iterator[bytes]:
    if not isinstance(request, ASGIRequest):
        return drained(chunks)
    scope = cast(dict[str, Any], request.scope)
    if CHUNKS not in scope:
        return chunks
    scope[CHUNKS].append(chunks)
    return _nothing()


def _is_async(request: Request) -> bool:
    return isinstance(request._request, ASGIRequest)
