"""Which keys a command names: they decide where in a Cluster it may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from redis.crc import key_slot

# Their keys may lie in any slots, for what they answer is a count of keys.
COUNTING = frozenset({"EXISTS", "DEL", "UNLINK", "TOUCH"})
# The key stands behind a subcommand; behind a script and the number of its keys.
_SECOND = frozenset({"OBJECT", "XINFO", "XGROUP", "MEMORY"})
_THIRD = frozenset({"EVAL", "EVAL_RO", "EVALSHA", "EVALSHA_RO", "FCALL", "FCALL_RO"})


def name_of(command: Sequence[Any]) -> str:
    """The command's name, in capitals."""
    name = command[0]
    return (name.decode() if isinstance(name, bytes) else str(name)).upper()


def key_of(command: Sequence[Any]) -> str | bytes | None:
    """The first key of a command; None where it has none."""
    name = name_of(command)
    if name in ("XREAD", "XREADGROUP"):
        words = [word if isinstance(word, str) else "" for word in command]
        place = [word.upper() for word in words].index("STREAMS") + 1
    else:
        place = 3 if name in _THIRD else 2 if name in _SECOND else 1
    return cast("str | bytes", command[place]) if len(command) > place else None


def slot_of(key: str | bytes) -> int:
    """Of the 16,384 slots the one that the key is in."""
    return int(cast(Any, key_slot)(key if isinstance(key, bytes) else key.encode()))
