"""JSON as bytes, by orjson; records that need no change are spliced in as stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

from results.codec.splicing import Spliced

_OTHERS = JSONEncoder()
# Legal JSON, and line ends to older JavaScript: DRF escapes them, so do we.
_LINE_ENDS = ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"))


class FastJSONRenderer(JSONRenderer):
    """DRF's renderer, several times faster; `indent` and the like are still DRF's."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        context = dict(renderer_context or {})
        if data is None:
            return b""
        if "indent" in context or ";" in (accepted_media_type or ""):
            return super().render(data, accepted_media_type, context)
        text = orjson.dumps(data, _plain, orjson.OPT_PASSTHROUGH_DATETIME)
        for raw, escaped in _LINE_ENDS:
            if raw in text:
                text = text.replace(raw, escaped)
        return text


def _plain(value: Any) -> Any:
    """What orjson does not know by itself."""
    if isinstance(value, Spliced):
        return orjson.Fragment(value.json)
    return _OTHERS.default(value)
