"""Entries of a test's event stream: text fields, kept as stored."""

from __future__ import annotations

from collections.abc import Mapping

from results.domain import StreamEntry
from results.scrub import Scrubber

# Ids and times are never scrubbed: a hidden value `2026` would blank every one.
UNTOUCHED = frozenset({"run_id", "test_id", "timestamp"})


def decode_entry(
    test_id: str, entry_id: bytes, fields: Mapping[bytes, bytes], scrubber: Scrubber
) -> StreamEntry:
    """The entry with scrubbed text and the test's id; undecodable bytes are replaced."""
    texts = {_text(key): _text(value) for key, value in fields.items()}
    scrubbed = {
        key: value if key in UNTOUCHED else scrubber.text(value)
        for key, value in texts.items()
    }
    return StreamEntry(entry_id.decode(), scrubbed | {"test_id": test_id})


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")
