"""When a position cannot be resumed completely, and what a client is told then.

An entry that still exists proves that nothing behind it was trimmed: streams lose
their oldest entries first. Redis itself keeps no usable record of what it trimmed
(`max-deleted-entry-id` stays 0-0 under XTRIM), so the entry is looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from results.live.cursors import START, Cursor, parse_cursor

TRIMMED = "trimmed"
GONE = "gone"
AHEAD = "ahead"
REASONS = (TRIMMED, GONE, AHEAD)


@dataclass(frozen=True, slots=True)
class Loss:
    """Something may be missing; what is sent next follows `start` without a gap."""

    reason: str
    start: Cursor


# The stream's ids fell back: all that is stored is new to whoever was further on.
FELL_BACK = Loss(AHEAD, START)


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """A stream as XINFO tells it.

    `newest` is the newest id that it ever gave out (`START` when there is no stream),
    `last` that of the last entry that it still has.
    """

    exists: bool = False
    newest: Cursor = START
    first: Cursor | None = None
    last: Cursor | None = None
    was_trimmed: bool = False

    @classmethod
    def told_by(cls, reply: Mapping[str, Any]) -> StreamInfo:
        return cls(
            exists=True,
            newest=parse_cursor(reply["last-generated-id"].decode()),
            first=_entry_id(reply["first-entry"]),
            last=_entry_id(reply["last-entry"]),
            was_trimmed=reply.get("entries-added", 0) > reply["length"],
        )


NO_STREAM = StreamInfo()


def loss_at(cursor: Cursor, info: StreamInfo) -> Loss:
    """What became of a position whose entry does not exist any more."""
    if info.exists and info.newest < cursor:
        return FELL_BACK
    if info.first is not None and info.first < cursor:
        return Loss(GONE, cursor)
    return Loss(TRIMMED if info.was_trimmed else GONE, START)


def _entry_id(entry: Any) -> Cursor | None:
    return parse_cursor(entry[0].decode()) if entry else None
