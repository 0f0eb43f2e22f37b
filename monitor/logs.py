"""Our log: one line of JSON an entry, in which nothing that others wrote is more than
text: no control character, no line end, nothing that turns a terminal's writing."""

from __future__ import annotations

import json
import logging
from collections.abc import MutableMapping
from datetime import datetime, timezone
from typing import Any

import orjson

Entry = MutableMapping[str, Any]
_DELETE = "\x7f"


class WithoutStack(logging.Filter):
    """Keeps a record's line and drops its stack, which says nothing that helps."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        record.exc_text = None
        return True


def stamped(_logger: Any, level: str, entry: Entry) -> Entry:
    """When, and how serious: a processor of structlog's."""
    return {"time": datetime.now(timezone.utc), "level": level, **entry}


def as_line(_logger: Any, _level: str, entry: Entry) -> bytes:
    """The entry as ASCII, without its line end: a processor of structlog's.

    orjson leaves what is not ASCII as it is; the few entries that have some of it are
    written once more by the slower one, which does not.
    """
    try:
        line = orjson.dumps(entry, str, orjson.OPT_UTC_Z)
        if line.isascii() and b"\x7f" not in line:
            return line
        entry = orjson.loads(line)
    except orjson.JSONEncodeError:  # half a character, for example
        pass
    text = json.dumps(dict(entry), default=str)
    return text.replace(_DELETE, "\\u007f").encode()


def as_text(logger: Any, level: str, entry: Entry) -> str:
    """The same for handlers of Python's own logging, which write text."""
    return as_line(logger, level, entry).decode()
