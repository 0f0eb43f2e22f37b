"""Lines of a dump, read strictly: what Redis could not hold is refused by its line."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from results.keys import TEST_ID

STREAM_ID = re.compile(r"([0-9]{1,20})-([0-9]{1,20})")
LARGEST_ID_PART = 2**64 - 1
RESULTS = re.compile(f"results:({TEST_ID.pattern})")


class BadDump(ValueError):
    """A file that cannot be loaded; the message names the line and the reason."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One key as the file holds it.

    `value` by `type`: zset a list of (member, score), list and set a list of text,
    hash a dict of text, stream a list of (id, fields), string text.
    """

    name: str
    type: str
    value: Any

    @property
    def test_id_of_results(self) -> str | None:
        """The test whose runs these are; None for any other key."""
        match = RESULTS.fullmatch(self.name)
        return match[1] if match and self.type == "zset" else None


def read_keys(lines: Iterable[bytes]) -> list[StoredKey]:
    """The keys of the file, in its order; raises `BadDump`."""
    keys: dict[str, StoredKey] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            key = _read_line(line)
            _check(key.name not in keys, f"the key {key.name} again")
        except ValueError as reason:
            raise BadDump(f"line {number}: {reason}") from None
        keys[key.name] = key
    if not keys:
        raise BadDump("there is no key in it")
    return list(keys.values())


def _read_line(line: bytes) -> StoredKey:
    fields = _parse(line)
    is_key = isinstance(fields, dict) and fields.keys() == {"key", "type", "value"}
    _check(is_key, "not an object with key, type and value")
    name, type_name = _text(fields["key"]), fields["type"]
    _check(bool(name), "the key has no name")
    _check(type_name in TYPES, "the type is none of " + ", ".join(TYPES))
    return StoredKey(name, type_name, TYPES[type_name](fields["value"]))


def _parse(line: bytes) -> Any:
    try:
        return json.loads(line.decode(), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None


def _refuse(_constant: str) -> NoReturn:
    raise ValueError


def _texts(value: Any) -> list[str]:
    return [_text(item) for item in _filled(value, list)]


def _different_texts(value: Any) -> list[str]:
    texts = _texts(value)
    _check(len(set(texts)) == len(texts), "a member is there twice")
    return texts


def _fields(value: Any) -> dict[str, str]:
    return {_text(k): _text(v) for k, v in _filled(value, dict).items()}


def _scored(value: Any) -> list[tuple[str, float]]:
    pairs = [_pair(item) for item in _filled(value, list)]
    _different_texts([member for member, _ in pairs])
    return [(member, _score(score)) for member, score in pairs]


def _score(score: Any) -> float:
    is_number = isinstance(score, int | float) and not isinstance(score, bool)
    _check(is_number, "a score is no number")
    try:
        number = float(score)
    except OverflowError:
        number = math.inf
    _check(math.isfinite(number), "a score is beyond a double")
    return number


def _entries(value: Any) -> list[tuple[str, dict[str, str]]]:
    last = (0, 0)
    entries = []
    for entry_id, fields in map(_pair, _filled(value, list)):
        match = STREAM_ID.fullmatch(_text(entry_id))
        _check(match is not None, "a stream id is not like 1771060504091-0")
        position = (int(match[1]), int(match[2])) if match else last
        _check(last < position, "the stream ids do not rise")
        _check(max(position) <= LARGEST_ID_PART, "a stream id is over 64 bits")
        entries.append((entry_id, _fields(fields)))
        last = position
    return entries


def _pair(item: Any) -> tuple[Any, Any]:
    _check(isinstance(item, list) and len(item) == 2, "an element is no pair")
    return item[0], item[1]


def _filled(value: Any, expected: type) -> Any:
    """Redis holds nothing empty."""
    _check(isinstance(value, expected), "the value does not suit the type")
    _check(bool(value), "the value is empty")
    return value


def _text(value: Any) -> str:
    _check(isinstance(value, str), "something is no text that has to be")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("a text is not UTF-8") from None
    return str(value)


def _check(is_right: bool, reason: str) -> None:
    if not is_right:
        raise ValueError(reason)


TYPES: dict[str, Callable[[Any], Any]] = {
    "zset": _scored,
    "list": _texts,
    "hash": _fields,
    "set": _different_texts,
    "stream": _entries,
    "string": _text,
}
