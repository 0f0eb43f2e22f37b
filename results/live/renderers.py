"""How the stream's media type is negotiated, and what an error looks like in it."""

from __future__ import annotations

from typing import Any

from django_eventstream.renderers import SSEEventRenderer
from rest_framework.renderers import JSONRenderer


class SseRenderer(SSEEventRenderer):  # type: ignore[misc]
    """Text goes out as it is; an object could only be an error, and that is JSON."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: dict[str, Any] | None = None,
    ) -> bytes:
        if isinstance(data, str):
            return data.encode()
        return JSONRenderer().render(data, None, renderer_context)
