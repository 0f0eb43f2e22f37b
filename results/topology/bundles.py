"""What is asked of a Cluster, in bundles that one node can answer at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from redis.exceptions import AskError, ClusterDownError, ResponseError, TryAgainError

from results.topology.command_keys import COUNTING, key_of, name_of, slot_of
from results.topology.urls import Host
from results.trip import Command, pack_command

MULTI, EXEC, ASKING = (pack_command((word,)) for word in ("MULTI", "EXEC", "ASKING"))


class Part(NamedTuple):
    """A command, or what of it concerns one key; and whose reply its own is part of."""

    place: int
    command: Command
    slot: int


@dataclass(slots=True)
class Bundle:
    """Commands of one slot, in a MULTI where they `are_one`.

    `asked_at` is the node that the slot is moving to; `must_wait` while some of its
    keys have moved already, and others have not.
    """

    parts: list[Part]
    are_one: bool = False
    asked_at: Host | None = None
    must_wait: bool = False
    replies: list[Any] | None = field(default=None, repr=False)

    @property
    def slot(self) -> int:
        return self.parts[0].slot

    @property
    def last_place(self) -> int:
        return self.parts[-1].place

    def packed(self) -> list[bytes]:
        """The commands as they are sent: there are as many replies."""
        words = [pack_command(part.command) for part in self.parts]
        if self.are_one:
            words = [MULTI, *words, EXEC]
        return [ASKING, *words] if self.asked_at else words

    def take(self, replies: Iterator[Any]) -> AskError | None:
        """Take the own replies; a redirection instead leaves the bundle open.

        Raises what refuses all of the commands.
        """
        if self.asked_at:
            next(replies)
        found = self._executed(replies)
        told = next((r for r in found if isinstance(r, AskError)), None)
        down = next((r for r in found if isinstance(r, ClusterDownError)), None)
        if down:
            raise down
        self.must_wait = any(isinstance(r, TryAgainError) for r in found)
        if told is None and not self.must_wait:
            self.replies = found
        return told

    def _executed(self, replies: Iterator[Any]) -> list[Any]:
        if not self.are_one:
            return [next(replies)]
        queued = [next(replies) for _ in range(len(self.parts) + 1)]
        found = next(replies)
        if not isinstance(found, ResponseError):
            return list(found)
        refused = next((r for r in queued if isinstance(r, ResponseError)), found)
        if isinstance(refused, AskError | TryAgainError | ClusterDownError):
            return [refused]
        raise refused


def bundles_of(commands: Sequence[Command], at_once: bool) -> list[Bundle]:
    """A bundle a slot, or a command; what is asked last is in the last one."""
    parts = _parts(commands)
    if not at_once:
        return [Bundle([part]) for part in parts]
    by_slot: defaultdict[int, list[Part]] = defaultdict(list)
    for part in parts:
        by_slot[part.slot].append(part)
    bundles = [Bundle(together, are_one=True) for together in by_slot.values()]
    return sorted(bundles, key=lambda bundle: bundle.last_place)


def replies_of(bundles: Iterable[Bundle]) -> list[Any]:
    """In the order of the commands; counts of keys are added up."""
    found: dict[int, Any] = {}
    for bundle in bundles:
        for part, reply in zip(bundle.parts, bundle.replies or (), strict=True):
            place = part.place
            found[place] = _sum(found[place], reply) if place in found else reply
    return [found[place] for place in sorted(found)]


def _parts(commands: Sequence[Command]) -> Iterator[Part]:
    for place, command in enumerate(commands):
        if name_of(command) in COUNTING:
            for key in command[1:]:
                yield Part(place, (command[0], key), slot_of(_text(key)))
        else:
            key_or_none = key_of(command)
            yield Part(place, command, slot_of(key_or_none or b""))


def _text(key: str | bytes | int) -> str | bytes:
    return str(key) if isinstance(key, int) else key


def _sum(one: Any, other: Any) -> Any:
    """Of two counts; an error instead of one stays."""
    if isinstance(one, Exception):
        return one
    return other if isinstance(other, Exception) else one + other
