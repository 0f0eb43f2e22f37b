"""Positions in a history as opaque text: the cursors that clients hand back.

A cursor holds no part of a record: a time, a rank and a digest. It is 28 characters of
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

VERSION = 2
_FORM = struct.Struct(">BdI8s")
_TEXT = re.compile(r"[A-Za-z0-9_-]{28}", re.ASCII)
# Two records that differ in the middle alone cannot be told apart; their ranks can.
_SAMPLED = 1024


class Cursor(NamedTuple):
    """Where a page begins or, if it leads back (`is_back`), where it ends."""

    position: Position
    is_back: bool


def encode(position: Position, is_back: bool) -> str:
    """The text of a cursor."""
    raw = _FORM.pack(VERSION + is_back, *position)
    return urlsafe_b64encode(raw).decode()


def decode(text: str) -> Cursor | None:
    """The cursor in a text; None for any other text."""
    if not _TEXT.fullmatch(text):
        return None
    kind, *position = _FORM.unpack(urlsafe_b64decode(text))
    found = Cursor(Position(*position), kind == VERSION + 1)
    if kind not in (VERSION, VERSION + 1) or math.isnan(found.position.score):
        return None
    return found


def digest(body: object) -> bytes:
    """What tells a member from others of its time; `UNREAD` without the member."""
    if not isinstance(body, bytes):
        return UNREAD
    if len(body) <= 2 * _SAMPLED:
        return hashlib.blake2b(body, digest_size=8).digest()
    ends = b"%d:%b%b" % (len(body), body[:_SAMPLED], body[-_SAMPLED:])
    return hashlib.blake2b(ends, digest_size=8).digest()
