"""Hidden values leave nowhere: one scrubber for every outgoing text of a test.

CONTRACT, `test:{id}`: values of hidden variables (4 characters or more) and the
alert webhook go out as `***`, also inside embedded JSON and URL-encoded. Only
decoded string values are touched; replacing bytes would corrupt JSON.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

HIDDEN = "***"
MIN_LENGTH = 4
# Never scrubbed: a hidden value `2026` would blank every time and many an id.
UNTOUCHED = frozenset({"run_id", "test_id", "started_at", "completed_at", "timestamp"})
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII
)

# Three levels of JSON text inside JSON text double the backslashes three times.
_NESTING = 8
# Of a longer secret, letters and digits are looked for as they are: nothing encodes
# them, and a pattern for a whole certificate takes its time.
LONG = 256
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "_-")
_CONTROL = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
# As pages and their attributes spell them: records hold the HTML of tested sites.
_ENTITIES = {
    "&": "amp|#38|#[xX]26",
    "<": "lt|#60|#[xX]3[cC]",
    ">": "gt|#62|#[xX]3[eE]",
    '"': "quot|#34|#[xX]22",
    "'": "apos|#0?39|#[xX]27",
}


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Replaces a test's secrets; `complete` is False when nobody knows them all."""

    secrets: tuple[str, ...] = field(default=(), repr=False)
    complete: bool = True

    @classmethod
    def hiding(cls, secrets: Iterable[str], complete: bool = True) -> Scrubber:
        """A scrubber for these values; shorter ones than 4 characters are left."""
        found = {secret for secret in secrets if len(secret) >= MIN_LENGTH}
        return cls(tuple(sorted(found)), complete)

    def text(self, text: str) -> str:
        """`text` with every secret in it, in any of its written forms, as `***`."""
        if not self._may_be_in(text) or _TIME.fullmatch(text):
            return text
        return _pattern(self.secrets).sub(HIDDEN, text)

    def value(self, value: Any) -> Any:
        """A decoded JSON value with its strings scrubbed at any depth: no keys, ids
        or times."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {
                key: child if _is_id_or_time(key, child) else self.value(child)
                for key, child in value.items()
            }
        if isinstance(value, list):
            return [self.value(child) for child in value]
        return value

    def is_needed(self, raw: bytes) -> bool:
        """Whether the JSON text `raw` may hold a secret: an escape could spell one."""
        return bool(self.secrets) and self._may_be_in(raw.decode(errors="replace"))

    def _may_be_in(self, text: str) -> bool:
        """Cheap, and as a rule the last word: screenshots hold no such marks."""
        if not self.secrets:
            return False
        return (
            "\\" in text
            or "%" in text
            or any(secret in text for secret in self.secrets)
            or ("+" in text and any(" " in secret for secret in self.secrets))
            or (
                "&" in text
                and any(mark in secret for secret in self.secrets for mark in _ENTITIES)
            )
        )


def _is_id_or_time(key: str, value: Any) -> bool:
    return key in UNTOUCHED and not isinstance(value, dict | list)


@lru_cache(maxsize=1024)
def _pattern(secrets: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(secrets, key=len, reverse=True)
    forms = "|".join(_any_form(secret) for secret in longest_first)
    # Most of a text starts no secret: one look at a character says so.
    starts = re.escape(
        "".join(sorted({secret[0] for secret in secrets} | set("\\%+&")))
    )
    return re.compile(f"(?=[{starts}])(?:{forms})")


def _any_form(secret: str) -> str:
    """A pattern for the text plain, JSON-escaped, URL-encoded, or any mixture."""
    is_long = len(secret) > LONG
    parts = re.findall(r"(\\*)([^\\]?)", secret, re.DOTALL)
    return "".join(
        char if is_long and not run and char in _UNRESERVED else _part(len(run), char)
        for run, char in parts
        if run or char
    )


def _part(backslashes: int, char: str) -> str:
    """Backslashes of the secret and the character behind them, which may have got
    an escape of its own: nobody can tell whose backslashes are whose."""
    if backslashes:
        behind = f"(?:{_unescaped(char)}|{_escaped(char)})" if char else ""
        return _backslashes(backslashes) + behind
    escape = r"\\{1,16}+" if char in _UNRESERVED else _backslashes(1)
    return f"(?:{_unescaped(char)}|{escape}{_escaped(char)})"


def _backslashes(count: int) -> str:
    # Bounded, and never tried again with fewer: a long run must not make this crawl.
    most = (count + 1) * _NESTING
    return rf"(?>(?:(?:\\|%(?:25)*5[Cc])(?:u005[Cc])?){{{count},{most}}})"


def _unescaped(char: str) -> str:
    """As it is, percent-encoded once or again (`%2F`, `%252f`), or as in HTML."""
    forms = [_percent(char), re.escape(char)]
    if char in _ENTITIES:
        forms.append(f"&(?:{_ENTITIES[char]});")
    if char == " ":
        forms += [r"\+", _percent("+")]
    return "|".join(forms)


def _escaped(char: str) -> str:
    """What JSON writes behind the backslash, or a script around an apostrophe."""
    units = char.encode("utf-16-be", "surrogatepass").hex()
    codes = [f"u{_hex(units[i:i + 4])}" for i in range(0, len(units), 4)]
    forms = [_backslashes(1).join(codes)]
    if char in "\"'/":
        forms += [char, _percent(char)]
    if char in _CONTROL:
        forms.append(_CONTROL[char])
    return f"(?:{'|'.join(forms)})"


def _percent(char: str) -> str:
    encoded = char.encode("utf-8", "surrogatepass")
    return "".join(f"%(?:25)*{_hex(f'{byte:02x}')}" for byte in encoded)


def _hex(digits: str) -> str:
    """Hexadecimal digits in either case."""
    return "".join(f"[{d}{d.upper()}]" if d.isalpha() else d for d in digits)
