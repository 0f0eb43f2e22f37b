"""What a migration does to the timing members of one test, before it does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from results.timing_migration.attributing import (
    Member,
    RecordedRuns,
    attribute,
    rewritten,
)

Rewrites = dict[Member, bytes]


@dataclass(frozen=True, slots=True)
class TimingPlan:
    """New members for old ones, and how many stay: `current` ones are in our encoding,
    `kept` ones are of no single run that is stored, or that run has its point."""

    rewrites: Rewrites
    current: int
    kept: int
    unreadable: int


def plan_for(members: Iterable[Member], runs: RecordedRuns) -> TimingPlan:
    """The plan for all members of a test; two never become one."""
    # Bare durations last: a run that has its own point is not theirs.
    ordered = sorted(members, key=lambda member: not member.readings)
    wanted = dict(_wanted(ordered, runs))
    rewrites = _without_collisions(wanted, {member.stored for member in ordered})
    staying = [member for member in ordered if member not in rewrites]
    unreadable = sum(member.usual is None for member in staying)
    current = sum(m.is_usually_ours and m not in wanted for m in staying)
    kept = len(staying) - unreadable - current
    return TimingPlan(rewrites, current, kept, unreadable)


def _wanted(
    ordered: Iterable[Member], runs: RecordedRuns
) -> Iterator[tuple[Member, bytes]]:
    taken: set[str] = set()
    for member in ordered:
        reading = attribute(member, runs, taken)
        owner = reading or member.usual
        if owner and owner[1] is not None:
            taken.add(owner[1])
        if reading and (new := rewritten(member, reading)):
            yield member, new


def _without_collisions(wanted: Rewrites, stored: set[bytes]) -> Rewrites:
    """The rewrites whose new member nothing else is, or becomes, or stays."""
    rewrites: Rewrites = {}
    refused = wanted
    while refused:
        staying = stored - {member.stored for member in wanted}
        by_new = {new: m for m, new in reversed(wanted.items()) if new not in staying}
        rewrites = {member: new for new, member in by_new.items()}
        refused = {m: new for m, new in wanted.items() if m not in rewrites}
        # What is refused stays, and may be in the way of another.
        wanted = rewrites
    return rewrites
