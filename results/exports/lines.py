"""Rows as lines of a file: pure, and one after the other."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from results.codec.splicing import Spliced

Row = Mapping[str, Any]
# What a spreadsheet program would run rather than show.
_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)
CHUNK_BYTES = 64 * 1024


def csv_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """RFC 4180 in UTF-8: a header, also where nothing follows, then a line a row."""
    text = io.StringIO()
    write = csv.writer(text).writerow
    write(columns)
    for row in rows:
        write([cell(row.get(name)) for name in columns])
        yield _taken(text)
    yield _taken(text)


def ndjson_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """A JSON object a line; records that need no change are spliced in as stored."""
    for row in rows:
        if isinstance(row, Spliced):
            # Outside of texts, where JSON escapes them, line ends are only spaces.
            yield row.json.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"
        else:
            yield orjson.dumps(row, _plain) + b"\n"


def cell(value: Any) -> str:
    """The value as text: nothing for null, and no text that is a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value).replace("\0", "\ufffd")
    return f"'{text}" if text.startswith(_FORMULA) else text


def chunked(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines in chunks of 64 KB or somewhat more."""
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= CHUNK_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _taken(text: io.StringIO) -> bytes:
    line = text.getvalue()
    text.seek(0)
    text.truncate()
    return line.encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    """What orjson does not know by itself."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
