"""Entries of a test's event stream."""

from __future__ import annotations

from typing import Any

from results.codec import events
from results.domain import StreamEntry
from results.reading import Answer
from results.repository.asking import Asking


class Entries(Asking):
    """Reads the stream of a test."""

    def recent_entries(self, test_id: str, count: int) -> list[StreamEntry]:
        """The newest entries of the event stream, oldest of them first."""
        key = self.keys.events(test_id)
        answer = self._read(test_id, [("XREVRANGE", key, "+", "-", "COUNT", count)])
        return _entries(test_id, answer, answer.replies[0][::-1])

    def entries_after(self, test_id: str, cursor: str, count: int) -> list[StreamEntry]:
        """Entries right after the stream id `cursor`, oldest first."""
        key = self.keys.events(test_id)
        answer = self._read(
            test_id, [("XRANGE", key, f"({cursor}", "+", "COUNT", count)]
        )
        return _entries(test_id, answer, answer.replies[0])


def _entries(test_id: str, answer: Answer, stored: list[Any]) -> list[StreamEntry]:
    return [
        events.decode_entry(test_id, entry_id, _paired(fields), answer.scrubber)
        for entry_id, fields in stored
    ]


def _paired(fields: list[bytes]) -> dict[bytes, bytes]:
    return dict(zip(fields[::2], fields[1::2], strict=True))
