"""How answers are negotiated and what their pages show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer


class StrictNegotiation(DefaultContentNegotiation):
    """DRF's, but an unknown `?format=` is a 400 that names it, not a 404."""

    def filter_renderers(
        self, renderers: Sequence[BaseRenderer], format: str
    ) -> list[BaseRenderer]:
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            raise ValidationError({"format": "This endpoint has no such format."})
        return found


class BrowsablePageRenderer(BrowsableAPIRenderer):
    """DRF's page, with the endpoint's parameters as a form."""

    def get_filter_form(self, data: Any, view: Any, request: Any) -> str | None:
        return None


class LivePageRenderer(BrowsablePageRenderer):
    """The stream as a log that fills."""
