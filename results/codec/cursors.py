"""Positions in a history as opaque text: the cursors that clients hand back.

A cursor holds no part of a record: a time, a rank and a digest; and a mark of what was
asked, so that it is not taken for a place in another list. It is 32 characters of
base64url, `VERSION` among them, so that a later form can be told from this one.
"""

from __future__ import annotations

import hashlib
import math
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

from results.domain import UNREAD, Position

VERSION = 4
MARK_BYTES = 3
_FORM = struct.Struct(f">B{MARK_BYTES}sdI8s")
_TEXT = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)
# Two records that differ in the middle alone cannot be told apart; their ranks can.
_SAMPLED = 1024


class Cursor(NamedTuple):
    """Where a page begins or, if it leads back (`is_back`), where it ends; `mark` is
    that of the question it is for."""

    position: Position
    is_back: bool
    mark: bytes = bytes(MARK_BYTES)


def encode(cursor: Cursor) -> str:
    """The text of a cursor."""
    raw = _FORM.pack(VERSION + cursor.is_back, cursor.mark, *cursor.position)
    return urlsafe_b64encode(raw).decode()


def decode(text: str) -> Cursor | None:
    """The cursor in a text; None for any other text."""
    if not _TEXT.fullmatch(text):
        return None
    kind, mark, *position = _FORM.unpack(urlsafe_b64decode(text))
    found = Cursor(Position(*position), kind == VERSION + 1, mark)
    if kind not in (VERSION, VERSION + 1) or math.isnan(found.position.score):
        return None
    return found


def mark_of(*asked: object) -> bytes:
    """What tells a question from others, given in values that say all of themselves."""
    text = repr(asked).encode(errors="surrogatepass")
    return hashlib.blake2b(text, digest_size=MARK_BYTES).digest()


def digest(body: object) -> bytes:
    """What tells a member from others of its time; `UNREAD` without the member."""
    if not isinstance(body, bytes):
        return UNREAD
    if len(body) <= 2 * _SAMPLED:
        return hashlib.blake2b(body, digest_size=8).digest()
    ends = b"%d:%b%b" % (len(body), body[:_SAMPLED], body[-_SAMPLED:])
    return hashlib.blake2b(ends, digest_size=8).digest()
