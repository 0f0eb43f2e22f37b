"""Exports by `Accept`: a JSON endpoint asked for CSV or NDJSON answers with a file."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponseBase
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from results.exceptions import is_json_anyway
from results.exports.kinds import KINDS
from results.exports.streaming import CSV, NDJSON, exported


class _Never(BaseRenderer):
    """What is negotiated; the file is streamed, and errors are JSON."""

    charset = None

    def render(self, *_arguments: Any) -> bytes:
        raise NotImplementedError("a file is never rendered")


class CsvRenderer(_Never):
    media_type = "text/csv"
    format = CSV


class NdjsonRenderer(_Never):
    media_type = "application/x-ndjson"
    format = NDJSON


class Exportable:
    """For views of what can be exported; `export` is the name of the kind."""

    export: ClassVar[str]

    def get_renderers(self) -> list[BaseRenderer]:
        found: list[BaseRenderer] = super().get_renderers()  # type: ignore[misc]
        # The document describes JSON.
        is_described = getattr(self, "swagger_fake_view", False)
        return found if is_described else [*found, CsvRenderer(), NdjsonRenderer()]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if isinstance(request.accepted_renderer, _Never):
            # The routes chose a handler before anybody knew what is accepted.
            self.get = self.head = self._exported

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        accepted = getattr(request, "accepted_renderer", None)
        if isinstance(accepted, _Never) and is_json_anyway(request, response):
            request.accepted_renderer = JSONRenderer()
            request.accepted_media_type = JSONRenderer.media_type
        final: Response = super().finalize_response(  # type: ignore[misc]
            request, response, *args, **kwargs
        )
        return final

    def _exported(self, request: Request, **path: Any) -> HttpResponseBase:
        kind, form = KINDS[self.export], request.accepted_renderer.format
        query: dict[str, Any] = getattr(self, "query")
        return exported(request, kind, form, [path["test_id"]], query)
