"""Answers in a format of their own: always that, with a tag, errors in JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from results.exceptions import JsonErrors


class OneFormat(BaseContentNegotiation):
    """The view's one renderer, whatever is accepted: who asks for it wants it."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class BytesRenderer(BaseRenderer):
    """Data that is rendered already."""

    charset: str | None = None
    render_style = "binary"

    def render(
        self, data: Any, media_type: str | None = None, context: Any = None
    ) -> bytes:
        return bytes(data)


class PlainAnswer(JsonErrors, APIView):
    """A view of bytes; `max_age` is for how many seconds a copy is good."""

    content_negotiation_class = OneFormat
    max_age = 60
    # For the OpenAPI document.
    has_tag = True
    tag = "outlets"

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        if final.status_code == 200 and request.method in ("GET", "HEAD"):
            final["Cache-Control"] = f"public, max-age={self.max_age}"
            final["X-Content-Type-Options"] = "nosniff"
            final.add_post_render_callback(partial(_tagged, request))
        return final


def _tagged(request: Request, response: Any) -> HttpResponseBase | None:
    """A 304 in place of a body that the client has; None leaves the response."""
    digest = hashlib.blake2b(response.content, digest_size=12).hexdigest()
    response["ETag"] = f'"{digest}"'
    found: HttpResponseBase | None = get_conditional_response(
        request._request, etag=response["ETag"], response=response
    )
    return None if found is response else found
