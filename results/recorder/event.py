"""A stream entry's fields: everything is stored as text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from results.recorder.fields import (
    checked_text,
    encoded,
    finite_number,
    json_text,
    json_value,
    time_text,
)


def event_fields(
    type: str, message: str, timestamp: str | datetime, fields: Mapping[str, object]
) -> dict[Any, Any]:
    """The entry's fields in order; a further field that is None is left out."""
    texts = {
        "type": checked_text(type, "type"),
        "message": checked_text(message, "message"),
        "timestamp": time_text(timestamp, "timestamp"),
    } | {name: _text(v, name) for name, v in fields.items() if v is not None}
    if not type:
        raise ValueError("type must not be empty")
    return {name: encoded(text) for name, text in texts.items()}


def _text(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(finite_number(value, name))
    if isinstance(value, datetime):
        return time_text(value, name)
    return json_text(json_value(value, name))
