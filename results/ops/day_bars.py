"""Bars of days: a slot each, and a link to its runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from results.analysis.slots import Slot
from results.codec.times import to_text

WORDS = {
    "up": "up",
    "down": "down",
    "partial": "partly down",
    "no_data": "no data",
}


class DayBar(NamedTuple):
    """A day with how it is said, and the query that finds its runs."""

    slot: Slot
    word: str
    said: str
    query: str


def day_bars(found: Sequence[Slot]) -> list[DayBar]:
    """Oldest first, as the slots are."""
    return [
        DayBar(slot, WORDS[slot.state], _said(slot), _query(slot.start, slot.end))
        for slot in found
    ]


def _said(slot: Slot) -> str:
    day = f"{_date(slot.start)}: {WORDS[slot.state]}"
    if not slot.runs.total:
        return day
    runs = "1 run" if slot.runs.total == 1 else f"{slot.runs.total:,} runs"
    return f"{day}, {runs}, {slot.runs.failed:,} failed"


@lru_cache(maxsize=1024)
def _query(start: datetime, end: datetime) -> str:
    """Remembered: a page of tests shows the same days of each of them."""
    return f"?{urlencode({'from': to_text(start), 'to': to_text(end)})}#runs"


@lru_cache(maxsize=1024)
def _date(start: datetime) -> str:
    return f"{start.day} {start:%b %Y}"
