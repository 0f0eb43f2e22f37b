"""What the OpenAPI document says about credentials: a hook of drf-spectacular."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from results.access.paths import OPEN, is_stream
from results.access.tokens import PARAMETER

SCHEMES = {
    "ApiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "An API key, where the service has any; public without.",
    },
    "BearerKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "The same API key, as `Authorization: Bearer`.",
    },
    "LiveToken": {
        "type": "apiKey",
        "in": "query",
        "name": PARAMETER,
        "description": "Of `POST /api/live-token`, for streams in a browser.",
    },
}
KEYS: list[dict[str, list[str]]] = [{"ApiKey": []}, {"BearerKey": []}]
NOBODY: dict[str, list[str]] = {}


def declare_security(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A key of either form; no key either, unless this service has keys."""
    free = [] if settings.API_KEYS else [NOBODY]
    components = result["components"] | {"securitySchemes": SCHEMES}
    for path, methods in result["paths"].items():
        for operation in methods.values():
            if path in OPEN:
                operation["security"] = []
            elif is_stream(path):
                operation["security"] = [*free, *KEYS, {"LiveToken": []}]
    return result | {"components": components, "security": [*free, *KEYS]}
