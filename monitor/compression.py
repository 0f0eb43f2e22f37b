"""Compression of answers by what the client accepts, of every type that we serve."""

from __future__ import annotations

import re

from django_http_compression.middleware import HttpCompressionMiddleware

_KNOWN = HttpCompressionMiddleware.content_type_re


class CompressionMiddleware(HttpCompressionMiddleware):
    """The library's, which does not know lines of JSON."""

    content_type_re = re.compile(
        rf"application/x-ndjson|(?:{_KNOWN.pattern})", _KNOWN.flags
    )
