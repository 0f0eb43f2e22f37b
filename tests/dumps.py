"""Dumps as tests write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from results.dump import StoredKey, read_keys

FILE = Path(__file__).parent / "data" / "deployed-writer.jsonl"


def line_of(key: Any, type: str, value: Any) -> bytes:
    """One line: a key, its type and what it holds."""
    return json.dumps({"key": key, "type": type, "value": value}).encode()


def keys_of(*rows: tuple[str, str, Any]) -> list[StoredKey]:
    """The keys of these lines."""
    return read_keys(line_of(*row) for row in rows)
