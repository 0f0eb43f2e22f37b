"""The reference pages: every script, style and font of theirs is served from here."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from django.utils.functional import cached_property
from drf_spectacular.plumbing import get_relative_url
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerSplitView
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import (
    BaseRenderer,
    JSONRenderer,
    TemplateHTMLRenderer,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

# Both pages draw icons from `data:` images. ReDoc brings its styles in its script,
# where they get a nonce, and searches in a worker that it makes up.
SWAGGER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
REDOC_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


class PageNegotiation(BaseContentNegotiation):
    """The page to whoever reads, whatever is accepted; JSON for all else."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        page, fallback = renderers
        chosen = page if request.method in ("GET", "HEAD") else fallback
        return chosen, str(chosen.media_type)


class ReferencePage(APIView):
    """One page over the one schema, under a policy that lets nothing else in."""

    renderer_classes = [TemplateHTMLRenderer, JSONRenderer]
    content_negotiation_class = PageNegotiation
    url_name = "openapi"
    policy: str

    @cached_property
    def nonce(self) -> str:
        """Of this answer alone."""
        return secrets.token_urlsafe(16)

    def _get_schema_url(self, request: Request) -> str:
        return str(get_relative_url(reverse(self.url_name, request=request)))

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response["Content-Security-Policy"] = self.policy.format(nonce=self.nonce)
        if isinstance(response.data, dict) and not response.exception:
            response.data["nonce"] = self.nonce
        return super().finalize_response(request, response, *args, **kwargs)


class SwaggerView(ReferencePage, SpectacularSwaggerSplitView):
    """Swagger UI: read about every endpoint, and try it."""

    template_name = "results/swagger.html"
    policy = SWAGGER_POLICY


class RedocView(ReferencePage, SpectacularRedocView):
    """ReDoc: the same document, to read."""

    template_name = "results/redoc.html"
    policy = REDOC_POLICY
