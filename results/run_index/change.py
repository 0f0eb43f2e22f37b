"""What a stretch of time read anew means for the index: pure, no I/O."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from results.codec import facts as facts_codec
from results.codec.facts import RunFacts, Sighting
from results.run_index.head import Head

# A member as it was seen, and its time; always newest first.
Sighted = tuple[Sighting, float]


class CannotMend(Exception):
    """Only building anew gives a right index here: too much is gone."""


@dataclass(frozen=True, slots=True)
class Span:
    """Times as Redis takes them, `(` for exclusive. Of the index's two ends it may
    hold the newest (`has_top`) and the oldest (`has_bottom`)."""

    low: str
    high: str
    has_top: bool
    has_bottom: bool


@dataclass(frozen=True, slots=True)
class Before:
    """What the index says now: how many members the span has, its run ids with whether
    they passed and when, how many duplicates lie elsewhere, and where and what runs of
    the same ids are elsewhere."""

    count: int
    inside: Mapping[str, tuple[bool, float]]
    duplicates_elsewhere: int
    elsewhere: Mapping[str, tuple[float, RunFacts]]


@dataclass(slots=True)
class Change:
    """What the index gets, and the run ids that go or move."""

    passed: dict[str, float] = field(default_factory=dict)
    failed: dict[str, float] = field(default_factory=dict)
    corrupt: dict[str, float] = field(default_factory=dict)
    duplicates: dict[str, float] = field(default_factory=dict)
    facts: dict[Any, Any] = field(default_factory=dict)
    large: dict[Any, Any] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)


def change_for(before: Before, found: Iterable[Sighted]) -> Change:
    """Of each run id the newest copy counts, wherever it lies (CONTRACT).

    Raises `CannotMend` where a copy went whose older ones would have to count again.
    """
    change = Change()
    for seen, score in found:
        _note_large(change, seen, score)
        if seen.facts is None or seen.run_id is None:
            change.corrupt[seen.digest] = score
        elif _is_older_copy(change, before, seen.run_id, score):
            change.duplicates[seen.digest] = score
        else:
            _add_newest(change, before, seen.run_id, seen.facts, score)
    change.gone = set(before.inside) - change.facts.keys()
    if change.gone and before.duplicates_elsewhere:
        raise CannotMend("older copies of a run may count again")
    return change


def head_after(
    head: Head | None,
    before: Before,
    span: Span,
    found: list[Sighted],
    change: Change,
    is_complete: bool,
) -> Head:
    """The head once the span is what was found; raises `CannotMend` without an end."""
    old = head or Head("", 0, 0, 0, 0, 0, False, False)
    newest, at_newest = old.newest, old.at_newest
    oldest, at_oldest = old.oldest, old.at_oldest
    if not found and (span.has_top or span.has_bottom):
        raise CannotMend("an end of the index is gone")
    if span.has_top:
        newest = found[0][1]
        at_newest = sum(score == newest for _, score in found)
    if span.has_bottom:
        oldest = found[-1][1]
        at_oldest = sum(score == oldest for _, score in found)
    return Head(
        generation=_generation(head, before, span, change, is_complete),
        total=old.total - before.count + len(found),
        newest=newest,
        at_newest=at_newest,
        oldest=oldest,
        at_oldest=at_oldest,
        is_complete=is_complete,
        has_large=old.has_large or any(seen.is_large for seen, _ in found),
    )


def _generation(
    head: Head | None, before: Before, span: Span, change: Change, is_complete: bool
) -> str:
    """The next one of the epoch where its rule (see `Head`) was kept."""
    if head is None or change.moved or not (head.is_complete and is_complete):
        return secrets.token_hex(4)
    if float(span.low) >= head.newest or _is_trimmed(head, before, span, change):
        return head.next_generation
    return secrets.token_hex(4)


def _is_trimmed(head: Head, before: Before, span: Span, change: Change) -> bool:
    """Whether nothing happened but that the oldest runs went, or newer ones came."""
    now = {run_id: (True, at) for run_id, at in change.passed.items()}
    now |= {run_id: (False, at) for run_id, at in change.failed.items()}
    for run_id, seen in now.items():
        if before.inside.get(run_id, seen) != seen:
            return False
        if run_id not in before.inside and seen[1] < head.newest:
            return False
    if not change.gone:
        return True
    youngest = max(before.inside[run_id][1] for run_id in change.gone)
    return span.has_bottom and all(youngest <= at for _, at in now.values())


def large_field(score: float, size_bytes: int) -> str:
    """What names a large record in the index; a Lua script spells it the same way."""
    return f"{score:.17g}:{size_bytes}"


def _note_large(change: Change, seen: Sighting, score: float) -> None:
    """Two large records of one time and size cannot be told apart: no summary."""
    if seen.is_large:
        name = large_field(score, seen.size_bytes)
        change.large[name] = b"" if name in change.large else seen.summary


def _is_older_copy(change: Change, before: Before, run_id: str, score: float) -> bool:
    if run_id in change.facts:
        return True
    return run_id in before.elsewhere and before.elsewhere[run_id][0] > score


def _add_newest(
    change: Change, before: Before, run_id: str, facts: RunFacts, score: float
) -> None:
    (change.passed if facts.passed else change.failed)[run_id] = score
    change.facts[run_id] = facts_codec.encode(facts)
    if run_id in before.elsewhere:
        old_score, old_facts = before.elsewhere[run_id]
        change.duplicates[old_facts.digest] = old_score
        change.moved.add(run_id)
