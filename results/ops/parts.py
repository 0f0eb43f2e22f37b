"""The parts of a page: a key of a wrong type costs what is read from it, no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from results.domain import UnreadableKey
from results.exceptions import note_unreadable

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Parts:
    """Reads the parts of the page at `path`; `unreadable` are the keys of those that it
    cannot have, in place of which it says so."""

    path: str
    unreadable: set[str] = field(default_factory=set)

    def read(self, key: str, part: Callable[[], Part]) -> Part | None:
        """What is read from this key; None where that holds another type."""
        if key in self.unreadable:
            return None
        try:
            return part()
        except UnreadableKey as failure:
            self.unreadable.add(key)
            note_unreadable(self.path, failure)
            return None
