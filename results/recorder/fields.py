"""Single values as they may be stored; a `ValueError` names the field, never its value.

Values may be secrets, and error messages end up in logs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from results.codec import times
from results.codec.strict_json import MAX_DEPTH, MAX_INTEGER
from results.keys import TEST_ID


def checked_test_id(test_id: object) -> str:
    """The id, when it may be part of a key."""
    if not isinstance(test_id, str) or not TEST_ID.fullmatch(test_id):
        raise ValueError(f"test_id must match {TEST_ID.pattern}")
    return test_id


def checked_text(value: object, name: str) -> str:
    """The text, when it is one."""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be text")
    return value


def json_value(value: object, name: str, depth: int = 1) -> Any:
    """A copy of `value` in JSON's own types, within what our reader accepts."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        return finite_number(value, name)
    if depth > MAX_DEPTH:
        raise ValueError(f"{_shortened(name)} is nested over {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        return {
            _text_key(key, name): json_value(child, f"{name}.{key}", depth + 1)
            for key, child in value.items()
        }
    if isinstance(value, list | tuple):
        return [
            json_value(child, f"{name}[{index}]", depth + 1)
            for index, child in enumerate(value)
        ]
    raise ValueError(f"{name} holds a {type(value).__name__}, which JSON does not know")


def finite_number(value: int | float, name: str) -> int | float:
    """The number, unless a reader of JSON could not hold it."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number")
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise ValueError(f"{name} must not be over 2^53")
    return value


def aware_time(value: object, name: str) -> datetime:
    """An aware time, given as such or as ISO 8601 text with an offset."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(f"{name} must be a time in ISO 8601") from None
    if not isinstance(time, datetime):
        raise ValueError(f"{name} must be a time")
    if time.utcoffset() is None:
        raise ValueError(f"{name} must have an offset from UTC, such as Z")
    if times.from_score(times.to_score(time)) is None:
        raise ValueError(f"{name} must lie in the years 1970 to 9999")
    return time


def time_text(value: object, name: str) -> str:
    """A given text as it is, a `datetime` in RFC 3339 with `Z`; both checked."""
    time = aware_time(value, name)
    return value if isinstance(value, str) else str(times.to_text(time))


def json_text(value: object) -> str:
    """Compact JSON without escapes for what UTF-8 can hold."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def encoded(text: str) -> bytes:
    """UTF-8; surrogate pairs become their character, lone ones U+FFFD (CONTRACT)."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        units = text.encode("utf-16-le", "surrogatepass")
        return units.decode("utf-16-le", "replace").encode()


def _text_key(key: object, name: str) -> str:
    if not isinstance(key, str):
        raise ValueError(f"{name} has a key that is no text")
    return key


def _shortened(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:60]}..."
