"""Entries of a test's event stream: text fields, kept as stored."""

from __future__ import annotations

from collections.abc import Mapping

from results.domain import StreamEntry
from results.scrub import Scrubber

# Words of the protocol, which a hidden value `true` or `error` must not blank.
WORDS = {
    "passed": frozenset({"true", "True", "false", "False"}),
    "type": frozenset(
        {
            "plan_start",
            "plan_complete",
            "browser_start",
            "step_start",
            "step_complete",
            "eval_start",
            "eval_complete",
            "error",
        }
    ),
}

# Types of an entry after which its run has no further one.
TERMINAL = frozenset({b"eval_complete", b"error"})


def decode_entry(
    test_id: str, entry_id: bytes, fields: Mapping[bytes, bytes], scrubber: Scrubber
) -> StreamEntry:
    """Scrubbed text and the test's id; bytes that are no text are replaced."""
    texts = {_text(key): _text(value) for key, value in fields.items()}
    words = {key: value for key, value in texts.items() if value in WORDS.get(key, ())}
    shown = scrubber.value(texts) | words | {"test_id": test_id}
    return StreamEntry(entry_id.decode(), shown)


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")
