"""What views whose answers are no JSON publish about them in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

TEXT: dict[str, Any] = {"type": "string"}
# Generated clients for browsers hand out a Blob for what is neither JSON nor `text/`.
BYTES: dict[str, Any] = {"type": "string", "format": "binary"}


class PlainBody(NamedTuple):
    """The body of a 200: its schema, what it is, and an example of it."""

    schema: dict[str, Any]
    description: str
    example: Any


# By media type.
Answers = Mapping[str, PlainBody]
