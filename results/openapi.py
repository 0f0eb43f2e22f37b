"""`/openapi.json` and `/openapi.yaml`: one document, made once a process."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Hashable
from functools import lru_cache
from typing import Any, cast

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from results.conditional import Conditional
from results.exceptions import JsonErrors
from results.outlets.plain_answers import BytesRenderer

# Two at once would disturb each other: drf-spectacular keeps what it finds in classes.
_making = threading.RLock()


def published_document() -> dict[str, Any]:
    """The OpenAPI document; it depends on the code alone, never on a request."""
    with _making:
        return _made()


@lru_cache(maxsize=1)
def _made() -> dict[str, Any]:
    generator: Any = SchemaGenerator
    document: dict[str, Any] = generator().get_schema(public=True)
    return document


@lru_cache(maxsize=1)
def document_mark() -> str:
    """What tells this document from any other."""
    return hashlib.sha256(json.dumps(published_document()).encode()).hexdigest()


@lru_cache(maxsize=4)
def _rendered(renderer: Any) -> bytes:
    """Rendering takes 40 ms of CPU as JSON, and more as YAML: once is enough."""
    return bytes(renderer().render(published_document()))


class RenderedDocument(BytesRenderer):
    """The document as bytes; all else, errors as an example, as `kind` renders it."""

    kind: type[Any]

    def render(
        self, data: Any, media_type: str | None = None, context: Any = None
    ) -> bytes:
        if data is _made():
            return _rendered(cast(Hashable, self.kind))
        return bytes(self.kind().render(data, media_type, context))


class JsonDocument(RenderedDocument):
    kind = OpenApiJsonRenderer2
    media_type = kind.media_type
    format = kind.format


class VendorJsonDocument(JsonDocument):
    media_type = OpenApiJsonRenderer.media_type


class YamlDocument(RenderedDocument):
    kind = OpenApiYamlRenderer2
    media_type = kind.media_type
    format = kind.format
    charset = "utf-8"


class VendorYamlDocument(YamlDocument):
    media_type = OpenApiYamlRenderer.media_type


@extend_schema(exclude=True)
class DocumentView(JsonErrors, Conditional, APIView):
    def get(self, request: Request) -> Response:
        self.mark = document_mark()
        if self.is_known(request, self.mark):
            return Response(status=status.HTTP_304_NOT_MODIFIED)
        return Response(published_document())


class JsonDocumentView(DocumentView):
    """The OpenAPI document, as JSON."""

    # Plain JSON first: generators ask for anything and expect that.
    renderer_classes = [JsonDocument, VendorJsonDocument]


class YamlDocumentView(DocumentView):
    """The OpenAPI document, as YAML."""

    renderer_classes = [YamlDocument, VendorYamlDocument]
