"""Whose timing a legacy member is: decided by the records, never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from results.codec.declared import is_duration
from results.codec.records import parse_run
from results.codec.timing import decode_member, encode_member
from results.domain import CorruptMember

Number = int | float


class Reading(NamedTuple):
    """One way to read a member that has two halves."""

    duration_ms: Number
    run_id: str


@dataclass
class RecordedRuns:
    """What the records say about durations: by score, and which ids there are."""

    at: defaultdict[float, set[tuple[str, Number | None]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    ids: set[str] = field(default_factory=set)

    def add(self, member: bytes, score: float) -> None:
        """Take note of one record; a corrupt one is no run."""
        try:
            record = parse_run(member)
        except CorruptMember:
            return
        duration = record.get("duration_ms")
        known = duration if is_duration(duration) else None
        self.at[score].add((record["run_id"], known))
        self.ids.add(record["run_id"])

    def agreeing(self, readings: Iterable[Reading], score: float) -> list[Reading]:
        """The readings whose run is at that time, best those whose duration is, too."""
        found = [r for r in readings if any(r.run_id == i for i, _ in self.at[score])]
        exact = [r for r in found if (r.run_id, r.duration_ms) in self.at[score]]
        return exact if len(found) > 1 else found

    def owners(self, duration_ms: Number, score: float) -> set[str]:
        """The ids of all runs at that time that took so long."""
        return {run_id for run_id, took in self.at[score] if took == duration_ms}


@dataclass(frozen=True, slots=True)
class Member:
    """A timing member with every way to read it; none for an unreadable one.

    `usual` is how the codec reads it; its run id is None for a bare duration.
    """

    stored: bytes
    score: float
    readings: tuple[Reading, ...] = ()
    usual: tuple[Number, str | None] | None = None

    @classmethod
    def of(cls, stored: bytes, score: float) -> Member:
        """Read the member in every way."""
        left, separator, right = stored.decode(errors="replace").partition(":")
        halves = ((left, right), (right, left)) if separator else ()
        readings = [
            Reading(duration, run_id)
            for text, run_id in halves
            if run_id and (duration := _bare_duration(text)) is not None
        ]
        try:
            point = decode_member(stored, score)
        except CorruptMember:
            return cls(stored, score)
        return cls(stored, score, tuple(readings), (point.duration_ms, point.run_id))

    @property
    def is_certain(self) -> bool:
        """Whether it can be read in our order alone, or not at all."""
        return self.usual is None or (
            len(self.readings) == 1 and self.is_in_our_order(self.readings[0])
        )

    @property
    def is_usually_ours(self) -> bool:
        """Whether the codec reads it in our order."""
        return bool(self.usual and self.usual[1] and self.is_in_our_order(self.usual))

    def is_in_our_order(self, reading: tuple[Number, str | None]) -> bool:
        """Whether the id comes last, as in `duration_ms:run_id`."""
        return self.stored.endswith(f":{reading[1]}".encode())


def attribute(member: Member, runs: RecordedRuns, taken: set[str]) -> Reading | None:
    """The one run that the member must be of; None where there is no such run.

    `taken` are runs that have a timing point of their own, which a bare duration
    therefore cannot be.
    """
    if member.usual is None:
        return None
    duration_ms, run_id = member.usual
    if run_id is None:
        owners = runs.owners(duration_ms, member.score) - taken
        return Reading(duration_ms, owners.pop()) if len(owners) == 1 else None
    agreeing = runs.agreeing(member.readings, member.score)
    if not agreeing and len(member.readings) == 1:
        agreeing = [r for r in member.readings if r.run_id in runs.ids]
    return agreeing[0] if len(agreeing) == 1 else None


def rewritten(member: Member, reading: Reading) -> bytes | None:
    """The member in our encoding; None where it is that, or cannot be."""
    if member.is_in_our_order(reading) and member.usual == reading:
        return None
    try:
        return encode_member(*reading).encode()
    except ValueError:
        return None


def _bare_duration(text: str) -> Number | None:
    try:
        point = decode_member(text.encode(), 0)
    except CorruptMember:
        return None
    return point.duration_ms if point.run_id is None else None
