"""A dump moved in time: scores, times in records, events and hashes, and stream ids.

By whole seconds, so that fractions stay as they are written and scores stay exact.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from results.codec import times
from results.dump.reading import BadDump, StoredKey

NEWEST_RUN_AGE = 60.0
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ])[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"((?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?)"
)
# A whole string of a JSON text, and a value: quotes inside of strings are escaped.
_TIME_IN_JSON = re.compile(rf'(?<!\\)"{_TIME.pattern}"(?!\s*:)')
Entries = list[tuple[str, dict[str, str]]]


def newest_run(keys: Sequence[StoredKey]) -> float | None:
    """The greatest score of all runs, in epoch seconds; None without a run."""
    runs = [key.value for key in keys if key.test_id_of_results]
    return max((score for pairs in runs for _, score in pairs), default=None)


def shifted_to(now: datetime, keys: Sequence[StoredKey]) -> list[StoredKey]:
    """The keys with all their times moved, so that the newest run is a minute old.

    Spacing and written forms stay; timing members and texts that are no JSON do, too.
    Raises `BadDump` when there is no run to go by.
    """
    newest = newest_run(keys)
    if newest is None:
        raise BadDump("there is no run in it to shift by")
    shift = _Shift(now, newest)
    return [
        (
            replace(key, value=shift.by_type[key.type](key.value))
            if key.type in shift.by_type
            else key
        )
        for key in keys
    ]


class _Shift:
    """How far everything moves."""

    def __init__(self, now: datetime, newest: float) -> None:
        self.seconds = math.floor(times.to_score(now) - NEWEST_RUN_AGE - newest)
        self.now_ms = math.floor(times.to_score(now) * 1000)
        self.newest_ms = math.floor((newest + self.seconds) * 1000)
        self.by_type: dict[str, Callable[[Any], Any]] = {
            "zset": self.scored,
            "list": lambda texts: [self.json_text(text) for text in texts],
            "hash": self.fields,
            "stream": self.entries,
        }

    def scored(self, pairs: list[tuple[str, float]]) -> list[tuple[str, float]]:
        return [(self.json_text(m), score + self.seconds) for m, score in pairs]

    def fields(self, fields: dict[str, str]) -> dict[str, str]:
        return {
            name: self._moved(match) if (match := _TIME.fullmatch(text)) else text
            for name, text in fields.items()
        }

    def json_text(self, text: str) -> str:
        """Only the times change: numbers, spaces and duplicate keys stay as written."""
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return text
        return _TIME_IN_JSON.sub(lambda match: f'"{self._moved(match)}"', text)

    def entries(self, entries: Entries) -> Entries:
        """The newest id becomes its entry's time: a dump's own ids tell when the dump
        was written, and an id in the future would be every later entry's."""
        moved = [self.fields(fields) for _, fields in entries]
        written = times.from_text(moved[-1].get("timestamp"))
        newest_ms = self.newest_ms
        if written is not None:
            newest_ms = math.floor(times.to_score(written) * 1000)
        ids = _moved_ids([i for i, _ in entries], min(newest_ms, self.now_ms))
        return list(zip(ids, moved, strict=True))

    def _moved(self, match: re.Match[str]) -> str:
        """The wall clock moves, whatever its offset; a time out of range stays."""
        wall, separator, rest = match.groups()
        try:
            moved = datetime.fromisoformat(wall) + timedelta(seconds=self.seconds)
        except (ValueError, OverflowError):
            return f"{wall}{rest}"
        return f"{moved.isoformat(separator)}{rest}"


def _moved_ids(ids: Sequence[str], newest_ms: int) -> list[str]:
    """Stream ids, the last of them at `newest_ms`, at their distances and rising."""
    positions = [tuple(map(int, entry_id.split("-"))) for entry_id in ids]
    by = newest_ms - positions[-1][0]
    last = (0, 0)
    moved = []
    for ms, sequence in positions:
        position = (max(1, ms + by), sequence)
        # Where time would begin before 1970, ids crowd in its first millisecond.
        last = position if last < position else (last[0], last[1] + 1)
        moved.append(f"{last[0]}-{last[1]}")
    return moved
