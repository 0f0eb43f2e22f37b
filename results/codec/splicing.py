"""Records that go out as they are stored: their bytes are part of the answer.

A stored record needs no change when reading and writing it again would give the same
JSON value: every declared field is there and of its type, no name is doubled, nothing
is ours to say, nothing is escaped that could hide a value. What must not leave is for
the scrubber, each time anew; this is about the bytes alone, so it is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from results.codec.strict_json import parse_object

# Whole members are remembered: what looks alike is compared to the last byte.
REMEMBERED_BYTES = 16 * 1024 * 1024
LARGEST_REMEMBERED = 256 * 1024

AsServed = Callable[[Mapping[str, Any]], bool]


class Spliced(Mapping[str, Any]):
    """The fields of a record that is served as stored; `json` is its text."""

    __slots__ = ("json", "_fields")

    def __init__(self, json: bytes) -> None:
        self.json = json
        self._fields: dict[str, Any] | None = None

    @property
    def _parsed(self) -> dict[str, Any]:
        if self._fields is None:
            self._fields = parse_object(self.json)
        return self._fields

    def __getitem__(self, name: str) -> Any:
        return self._parsed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parsed)

    def __len__(self) -> int:
        return len(self._parsed)


class Spliceable:
    """Which members may be spliced, for one kind of record."""

    def __init__(self, is_as_served: AsServed) -> None:
        self._is_as_served = is_as_served
        self._known: dict[bytes, str | None] = {}
        self._bytes = 0

    def knows(self, raw: bytes) -> bool:
        """Whether `raw` was found to need no change before."""
        return raw in self._known

    def run_id(self, raw: bytes) -> str | None:
        """The run id in a member that is known; None for others."""
        return self._known.get(raw)

    def learns(self, raw: bytes, stored: Mapping[str, Any]) -> bool:
        """Whether `raw`, which was read as `stored`, needs no change."""
        if not self._is_as_served(stored) or not _is_plain(raw, stored):
            return False
        if len(raw) <= LARGEST_REMEMBERED:
            self._remember(raw, stored.get("run_id"))
        return True

    def _remember(self, raw: bytes, run_id: str | None) -> None:
        self._bytes += len(raw)
        if self._bytes > REMEMBERED_BYTES:
            self._known.clear()
            self._bytes = len(raw)
        self._known[raw] = run_id


def _is_plain(raw: bytes, stored: Mapping[str, Any]) -> bool:
    """Whether nothing got lost or changed in reading: a doubled name loses its quotes,
    and only `\\u` can change how many a text needs."""
    if b"\\u" in raw:
        return False
    return orjson.dumps(stored).count(b'"') == raw.count(b'"')
