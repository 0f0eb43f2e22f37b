"""What cannot be read is left out, with one log line that never quotes it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from results.domain import CorruptMember

Stored = TypeVar("Stored", bound=tuple[bytes, object])
Item = TypeVar("Item")

logger = logging.getLogger(__name__)

REMEMBERED = 10_000
_seen: set[bytes] = set()


def note(key: str, member: bytes, reason: Exception) -> None:
    """Log that `member` of `key` was skipped, the first time this process sees it."""
    digest = hashlib.blake2b(key.encode() + b"\0" + member, digest_size=8).digest()
    if digest in _seen:
        return
    if len(_seen) >= REMEMBERED:
        _seen.clear()
    _seen.add(digest)
    logger.warning("skipped a member of %s: %s (%s)", key, reason, digest.hex())


def left_out(
    key: str, members: Iterable[Stored], decode: Callable[[Stored], Item]
) -> list[Item]:
    """The decoded members of `key`; corrupt ones are left out and noted."""
    items = []
    for member in members:
        try:
            items.append(decode(member))
        except CorruptMember as reason:
            note(key, member[0], reason)
    return items
