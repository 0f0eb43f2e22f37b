"""JSON text of unknown writers, read strictly: what a client could not read is corrupt.

CONTRACT: not UTF-8, NaN and Infinity, numbers beyond a double, integers over 2^53
and nesting over 200 are corrupt; lone surrogates become U+FFFD; of duplicate keys
the last counts.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any, NoReturn

import orjson

from results.domain import CorruptMember

MAX_DEPTH = 200
MAX_INTEGER = 2**53
# Digits look alike, and so does what opens a level. Of an integer over 2^53, which
# orjson would round in silence, 16 digits are seen in a row.
_MARKS = bytes.maketrans(b"0123456789[{", b"0000000000[[")
_OPENED = b"["
_LONG_NUMBER = b"0" * 16
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in `raw`; raises `CorruptMember` for anything else."""
    value = parse(raw)
    if not isinstance(value, dict):
        raise CorruptMember("not a JSON object")
    return value


def parse(raw: bytes) -> Any:
    """The JSON value in `raw`; raises `CorruptMember`."""
    # One look for both: records of tested sites are long, and few are odd.
    marks = raw.translate(_MARKS)
    if _LONG_NUMBER in marks:
        return _parse_exactly(raw)
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return _parse_exactly(raw)
    if marks.count(_OPENED) > MAX_DEPTH:
        _check_depth(value)
    return value


def _parse_exactly(raw: bytes) -> Any:
    """The slow way, which sees each number's text and repairs lone surrogates."""
    try:
        value = json.loads(
            raw.decode(),
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
        )
    except CorruptMember:
        raise
    except (ValueError, RecursionError):
        raise CorruptMember("not JSON") from None
    _check_depth(value)
    return _without_surrogates(value)


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise CorruptMember("integer over 2^53")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise CorruptMember("number beyond a double")
    return number


def _constant(_text: str) -> NoReturn:
    raise CorruptMember("NaN or Infinity")


def _check_depth(value: Any) -> None:
    """Level by level, for no record may exhaust the interpreter's stack."""
    level, depth = [value], 0
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        if depth > MAX_DEPTH:
            raise CorruptMember("nesting over 200")
        level = [child for container in level for child in _children(container)]


def _children(container: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {
            _SURROGATE.sub("\ufffd", key): _without_surrogates(child)
            for key, child in value.items()
        }
    if isinstance(value, list):
        return [_without_surrogates(child) for child in value]
    return value
