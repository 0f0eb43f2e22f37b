"""Views beside the data: the API's root, and what answers for unmatched URLs."""

from __future__ import annotations

from typing import Any

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.templatetags.static import static
from django.urls import Resolver404, resolve
from django.utils.encoding import escape_uri_path
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from results import exceptions
from results.conditional import Conditional
from results.endpoints import ENDPOINTS
from results.renderers import RootPageRenderer


@extend_schema(exclude=True)
class ApiRootView(Conditional, APIView):
    """Every endpoint; those of a test take its id."""

    name = "API"
    renderer_classes = [JSONRenderer, RootPageRenderer]

    def get(self, request: Request) -> Response:
        return Response(ENDPOINTS)


@extend_schema(exclude=True)
class UnmatchedView(APIView):
    """404 in the one error body for every method; the slash form is redirected."""

    renderer_classes = [JSONRenderer]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return redirect_without_slash(request) or super().dispatch(
            request, *args, **kwargs
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound()


def unmatched(request: HttpRequest, path: str = "") -> HttpResponse:
    """Outside the API: the slash form is redirected, all else is 404 as JSON."""
    found = redirect_without_slash(request)
    return found or exceptions.not_found(request, Resolver404(path))


def favicon(request: HttpRequest) -> HttpResponse:
    """What a browser asks for beside JSON, which cannot name an icon."""
    return HttpResponseRedirect(static("results/favicon.svg"))


def redirect_without_slash(request: HttpRequest) -> HttpResponse | None:
    """A redirect where the path without its slash is one of ours, else None."""
    bare = request.path_info.rstrip("/")
    if not request.path_info.endswith("/") or not bare or bare.startswith("//"):
        return None
    try:
        if resolve(bare).url_name in (None, "unmatched"):
            return None
    except Resolver404:
        return None
    query = request.META.get("QUERY_STRING", "")
    target = escape_uri_path(bare) + (f"?{query}" if query else "")
    return HttpResponsePermanentRedirect(target, preserve_request=True)
