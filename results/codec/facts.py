"""Run facts: what analysis needs of a run, some hundred bytes beside a large record.

Origin: DESIGN, run index. Facts are our own and derived, so their format may change:
`VERSION` stands in the head of each index, and an index of an older version is built
anew. They are stored as they were read, unscrubbed; whoever serves one scrubs it.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, NamedTuple

import orjson

from results.codec import declared, records
from results.domain import CorruptMember

VERSION = 1
# Longer ones would be no facts: a label is a word, a plan has some steps.
LONGEST_TRIGGER = 200
MOST_STEPS = 500
LARGEST_SUMMARY = 64 * 1024
_VARYING = re.compile(r"[0-9a-f]{8,}(?:-[0-9a-f]{4,})*|\d+|\s+", re.IGNORECASE)


class StepFact(NamedTuple):
    """One step: its number, whether it passed, and how often it was tried again."""

    number: int | None
    passed: bool | None
    retries: int | None


class RunFacts(NamedTuple):
    """A run in brief; `digest` and `size_bytes` are those of the stored member."""

    digest: str
    size_bytes: int
    passed: bool
    duration_ms: int | float | None
    triggered_by: str | None
    failing_step: int | None
    error: str | None
    steps: tuple[StepFact, ...]


class Sighting(NamedTuple):
    """A member as the index knows it; `facts` is None for a corrupt one.

    `summary` holds the declared scalar fields as JSON where the record is too large
    for lists, and is empty where only the record itself tells them.
    """

    digest: str
    size_bytes: int
    run_id: str | None = None
    facts: RunFacts | None = None
    summary: bytes = b""

    @property
    def is_large(self) -> bool:
        """Whether lists show a summary of the record."""
        return self.size_bytes > records.LIST_RECORD_BYTES


def sight(raw: bytes) -> Sighting:
    """What the index notes about the member of `results:{id}`."""
    digest = hashlib.blake2b(raw, digest_size=8).hexdigest()
    try:
        stored = records.parse_run(raw)
    except CorruptMember:
        return Sighting(digest, len(raw))
    known = records.declared_run(stored)
    facts = _facts(digest, len(raw), known, stored.get(declared.STEPS))
    found = Sighting(digest, len(raw), known["run_id"], facts)
    return found._replace(summary=_summary(known)) if found.is_large else found


def encode(facts: RunFacts) -> bytes:
    """A JSON array in the order of the fields; version `VERSION`."""
    return orjson.dumps([*facts[:-1], [list(step) for step in facts.steps]])


def decode(raw: bytes) -> RunFacts:
    """The facts that `encode` wrote; `ValueError` for anything else."""
    *plain, steps = orjson.loads(raw)
    return RunFacts._make([*plain, tuple(StepFact._make(step) for step in steps)])


def error_fingerprint(text: str) -> str:
    """Twelve hex digits, equal for errors that differ in numbers, ids and spaces."""
    alike = _VARYING.sub("#", text).lower()
    return hashlib.blake2b(alike.encode(), digest_size=6).hexdigest()


def _facts(digest: str, size: int, known: records.Fields, stored: Any) -> RunFacts:
    steps = _steps(stored)
    failing = next((s.number for s in steps if s.passed is False), None)
    trigger = known["triggered_by"]
    return RunFacts(
        digest=digest,
        size_bytes=size,
        passed=known["passed"],
        duration_ms=known["duration_ms"],
        triggered_by=trigger if len(trigger or "") <= LONGEST_TRIGGER else None,
        failing_step=failing,
        error=error_fingerprint(known["error"]) if known["error"] else None,
        steps=steps[:MOST_STEPS],
    )


def _steps(stored: Any) -> tuple[StepFact, ...]:
    steps = records.declared_steps(stored)
    return tuple(
        StepFact(step["step_number"], step["passed"], step["retry_count"])
        for step in steps
    )


def _summary(known: records.Fields) -> bytes:
    summary = orjson.dumps(known)
    return summary if len(summary) <= LARGEST_SUMMARY else b""
