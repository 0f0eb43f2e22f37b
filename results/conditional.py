"""Answers that a client has already: `ETag`, `If-None-Match` and 304.

A tag is a digest of the body, or of all that the body depends on where that is known
without making it. Comparison is weak (RFC 9110, 13.1.2): compression changes bytes.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from django.http import HttpResponseBase, HttpResponseNotModified
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from monitor import __version__

KEPT = ("ETag", "Cache-Control", "Vary", "Allow")


class Conditional:
    """For views of JSON: every 200 has a tag, and may be a 304.

    `mark` says what the body depends on beside the request, where a view knows.
    """

    mark: str | None = None

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        final: Response = super().finalize_response(  # type: ignore[misc]
            request, response, *args, **kwargs
        )
        if final.status_code in (200, 304) and _is_json(request):
            final["Cache-Control"] = "no-cache"
            if self.mark is not None:
                final["ETag"] = self.entity_tag(request, self.mark)
            final.add_post_render_callback(partial(_concluded, request))
        return final

    def is_known(self, request: Request, mark: str | None) -> bool:
        """Whether the client has the answer that depends on this, so that nobody
        needs to make it."""
        if mark is None or not _is_json(request):
            return False
        return _matches(request, self.entity_tag(request, mark))

    def entity_tag(self, request: Request, mark: str) -> str:
        """The tag of an answer that depends on the request and the mark."""
        query = sorted(getattr(self, "query", {}).items())
        media_type = request.accepted_renderer.media_type
        return _tag(repr((__version__, media_type, request.path, query, mark)).encode())


def _concluded(request: Request, response: Any) -> HttpResponseBase | None:
    """A 304 in place of a body that the client has; None leaves the response."""
    if "ETag" not in response:
        response["ETag"] = _tag(response.content)
    if response.status_code != 200 or not _matches(request, response["ETag"]):
        return None
    short = HttpResponseNotModified()
    for name in KEPT:
        short[name] = response[name]
    return short


def _is_json(request: Request) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and getattr(request.accepted_renderer, "format", None) == "json"
    )


def _tag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:24]}"'


def _matches(request: Request, tag: str) -> bool:
    given = request.META.get("HTTP_IF_NONE_MATCH")
    if given is None:
        return False
    tags = parse_etags(given)
    return tags == ["*"] or tag in [known.removeprefix("W/") for known in tags]
