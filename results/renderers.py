"""How answers are negotiated and what their pages show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from redis.exceptions import RedisError
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import (
    BaseRenderer,
    BrowsableAPIRenderer,
    JSONRenderer,
)
from rest_framework.request import Request
from rest_framework.response import Response

from results import metrics
from results.browsable.beside import places_beside
from results.browsable.form import Input, inputs
from results.browsable.paging import (
    PageControls,
    counted_controls,
    cursor_controls,
    page_controls,
)
from results.browsable.prose import paragraphs
from results.browsable.tables import Table, table
from results.connection import data_repository
from results.domain import UnreadableKey
from results.endpoints import Place, general_places, test_places

# What is stored is hostile: should a text ever escape its escaping, nothing runs it.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ROOT_TESTS = 50
PLAIN_ACCEPTS = ("*/*", "application/json")
# Looking for links takes most of a second for each million characters.
LONGEST_LINKED = 500_000


class StrictNegotiation(DefaultContentNegotiation):
    """DRF's, but a bad `?format=` is a 400 that names it, neither 404 nor ignored."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        if not format_suffix and _asks_for_json(request):
            first = next(iter(renderers))
            if first.media_type == JSONRenderer.media_type:
                return first, first.media_type
        given = request.query_params.getlist("format")
        if len(given) > 1 or given == [""]:
            raise ValidationError({"format": "Give one format, once."})
        chosen: tuple[BaseRenderer, str] = super().select_renderer(
            request, renderers, format_suffix
        )
        return chosen

    def filter_renderers(
        self, renderers: Iterable[BaseRenderer], format: str
    ) -> list[BaseRenderer]:
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            raise ValidationError({"format": "This endpoint has no such format."})
        return found


class BrowsablePageRenderer(BrowsableAPIRenderer):
    """DRF's page in our own dress: a form, links, page controls, and the JSON."""

    template = "results/page.html"

    def get_context(
        self, data: Any, accepted_media_type: str | None, renderer_context: Any
    ) -> dict[str, Any]:
        context = super().get_context(data, accepted_media_type, renderer_context)
        view, request = renderer_context["view"], renderer_context["request"]
        response = renderer_context["response"]
        response["Content-Security-Policy"] = PAGE_POLICY
        test_id = view.kwargs.get("test_id")
        answered = response.status_code == 200 and request.method in ("GET", "HEAD")
        return context | {
            "is_linked": len(context["content"]) <= LONGEST_LINKED,
            "product": settings.SPECTACULAR_SETTINGS["TITLE"],
            "subject": view.kwargs.get("run_id", test_id),
            "places": test_places(test_id) if _may_exist(test_id, response) else [],
            "inputs": _inputs(view, request),
            "is_file": answered and hasattr(view, "export"),
            "table": _table(request, data, test_id) if answered else None,
            "beside": places_beside(view, data) if answered else [],
            "controls": _controls(view, request, data) if answered else None,
        }

    def get_description(self, view: Any, status_code: int) -> str:
        return paragraphs(view.get_view_description())

    def get_breadcrumbs(self, request: Request) -> list[tuple[str, str]]:
        """DRF's trail without the slash forms: those are redirects, not pages."""
        root = reverse("api-root")
        return [
            (name, url)
            for name, url in super().get_breadcrumbs(request)
            if url.partition("?")[0] == root or not url.partition("?")[0].endswith("/")
        ]


class RootPageRenderer(BrowsablePageRenderer):
    """Every endpoint as a link, those of a test in a row for each known test."""

    template = "results/root.html"

    def get_context(
        self, data: Any, accepted_media_type: str | None, renderer_context: Any
    ) -> dict[str, Any]:
        context = super().get_context(data, accepted_media_type, renderer_context)
        known = _known_tests()
        shown = [test_id for test_id, *_ in known.get("tests", ())]
        return context | known | {"general_places": general_places(shown)}


class LivePageRenderer(BrowsablePageRenderer):
    """The stream as a log that fills, by the browser's own EventSource."""

    template = "results/live.html"

    def get_default_renderer(self, view: Any) -> BaseRenderer:
        return JSONRenderer()

    def get_context(
        self, data: Any, accepted_media_type: str | None, renderer_context: Any
    ) -> dict[str, Any]:
        context = super().get_context(data, accepted_media_type, renderer_context)
        request = renderer_context["request"]
        return context | {
            "streams": request.method in ("GET", "HEAD"),
            "stream_url": request.build_absolute_uri(request.path),
        }


def _asks_for_json(request: Request) -> bool:
    """What nearly every client sends, where there is nothing to weigh."""
    accepted = request.META.get("HTTP_ACCEPT", "*/*")
    query = request.META.get("QUERY_STRING", "")
    return accepted in PLAIN_ACCEPTS and "format" not in query and "%" not in query


def _may_exist(test_id: str | None, response: Response) -> bool:
    return test_id is not None and response.status_code != 404


def _inputs(view: Any, request: Request) -> list[Input]:
    query_serializer = getattr(view, "query_serializer_class", None)
    return inputs(query_serializer(), request.query_params) if query_serializer else []


def _table(request: Request, data: Any, test_id: str | None) -> Table | None:
    route = request.resolver_match.url_name if request.resolver_match else None
    return table(route, data, test_id or "")


def _controls(view: Any, request: Request, data: Any) -> PageControls | None:
    paginator = getattr(view, "paginator", None)
    if paginator is None:
        # A run may hold fields of any name.
        is_paged = "offset" in getattr(view, "query", ())
        return counted_controls(request.query_params, data) if is_paged else None
    if not getattr(paginator, "is_plain", True):
        return cursor_controls(
            request.query_params, paginator.total, paginator.previous, paginator.next
        )
    return page_controls(
        request.query_params, paginator.total, paginator.limit, paginator.offset
    )


def _known_tests() -> dict[str, Any]:
    """The rows of the root's table; without Redis the root still says what there is."""
    try:
        listing = data_repository().tests()
    except (RedisError, UnreadableKey):
        return {"tests_unlisted": True}
    shown = metrics.newest_first(listing.tests)[:ROOT_TESTS]
    rows: list[tuple[str, str | None, list[Place]]] = [
        (test.id, test.name, test_places(test.id)) for test in shown
    ]
    return {"tests": rows, "tests_more": len(listing.tests) - len(shown)}
