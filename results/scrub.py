"""Hidden values leave nowhere: one scrubber for every outgoing text of a test.

CONTRACT, `test:{id}`: values of hidden variables (4 characters or more) and the
alert webhook go out as `***`, also inside embedded JSON and URL-encoded. Only
decoded string values are touched; replacing bytes would corrupt JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

HIDDEN = "***"
MIN_LENGTH = 4
# Three levels of JSON text inside JSON text double the backslashes three times.
_NESTING = 8
# Text without these holds a secret as it is, or not at all.
_ESCAPES = (b"\\", b"%", b"+")
_CONTROL = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Replaces a test's secrets; `complete` is False when nobody knows them all."""

    pattern: re.Pattern[str] | None = None
    complete: bool = True
    plain: tuple[bytes, ...] = ()

    @classmethod
    def hiding(cls, secrets: Iterable[str], complete: bool = True) -> Scrubber:
        """A scrubber for these values; shorter ones than 4 characters are left."""
        found = tuple(sorted({s for s in secrets if len(s) >= MIN_LENGTH}))
        return cls(_compiled(found), complete, tuple(map(_utf8, found)))

    def text(self, text: str) -> str:
        """`text` with every secret in it, in any of its written forms, as `***`."""
        return self.pattern.sub(HIDDEN, text) if self.pattern else text

    def value(self, value: Any) -> Any:
        """A decoded JSON value with its strings scrubbed at any depth, keys not."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.value(child) for key, child in value.items()}
        if isinstance(value, list):
            return [self.value(child) for child in value]
        return value

    def is_needed(self, raw: bytes) -> bool:
        """Whether the JSON text `raw` holds a secret: its escapes are forms, too."""
        if self.pattern is None:
            return False
        if not any(mark in raw for mark in _ESCAPES):
            return any(secret in raw for secret in self.plain)
        return bool(self.pattern.search(raw.decode(errors="replace")))


@lru_cache(maxsize=1024)
def _compiled(secrets: tuple[str, ...]) -> re.Pattern[str] | None:
    if not secrets:
        return None
    longest_first = sorted(secrets, key=len, reverse=True)
    return re.compile("|".join(_any_form(secret) for secret in longest_first))


def _any_form(secret: str) -> str:
    """A pattern for the text plain, JSON-escaped, URL-encoded, or any mixture."""
    runs = re.findall(r"\\+|[^\\]", secret, re.DOTALL)
    return "".join(_backslashes(r) if r[0] == "\\" else _character(r) for r in runs)


def _backslashes(run: str) -> str:
    # Possessive and bounded: a long run of backslashes must not make this crawl.
    count = len(run)
    return rf"(?:\\{{{count},{count * _NESTING}}}+|(?:{_percent('%5C')}){{{count}}})"


def _character(char: str) -> str:
    escapes = rf"\\{{1,{2 * _NESTING}}}+"
    forms = [re.escape(char), f"(?i:{escapes}{_utf16_escapes(char, escapes)})"]
    forms += [_percent("".join(f"%{b:02X}" for b in _utf8(char)))]
    if char in '"/':
        forms.append(escapes + char)
    if char in _CONTROL:
        forms.append(escapes + _CONTROL[char])
    if char == " ":
        forms.append(r"\+")
    return f"(?:{'|'.join(forms)})"


def _utf16_escapes(char: str, escapes: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    codes = [f"u{units[i:i + 2].hex()}" for i in range(0, len(units), 2)]
    return escapes.join(codes)


def _percent(encoded: str) -> str:
    """Percent-encoded once or again (`%2F`, `%252f`)."""
    return f"(?i:{encoded.replace('%', '%(?:25)*')})"


def _utf8(char: str) -> bytes:
    return char.encode("utf-8", "surrogatepass")
