"""Commands that go along with whatever is asked next, so that they take no trip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from redis import Redis

from results.trip import Command, pipeline


class Along:
    """Commands that are `waiting` until they are sent, and the replies to them."""

    def __init__(self, commands: Sequence[Command] = ()) -> None:
        self.waiting = commands
        self._replies: list[Any] = []

    def parted(self, replies: list[Any]) -> list[Any]:
        """Those to what was asked behind the waiting ones; the others are kept."""
        own = len(self.waiting)
        self.waiting = ()
        self._replies += replies[:own]
        return replies[own:]

    def replies(self, client: Redis) -> list[Any]:
        """All of them; a trip of their own where there was none to take them."""
        if self.waiting:
            self.parted(pipeline(client, self.waiting))
        return self._replies
