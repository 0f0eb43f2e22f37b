"""Run facts: what analysis needs of a run, some hundred bytes beside a large record.

Origin: DESIGN, run index. Facts are our own and derived, so their format may change:
`VERSION` stands in the head of each index, and an index of an older version is built
anew. They are stored as they were read, unscrubbed; whoever serves one scrubs it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from results.codec import declared, records
from results.domain import CorruptMember
from results.scrub import Scrubber

VERSION = 2
# Longer ones would be no facts: a label is a word, a plan has some steps.
LONGEST_TRIGGER = 200
MOST_STEPS = 500
# What is shown of an error is shorter; a secret that this cuts in two is cut off.
LONGEST_ERROR = 2000
LONGEST_DESCRIPTION = 200
LARGEST_SUMMARY = 64 * 1024
# The longest form of a character of a secret: JSON's escape inside JSON, encoded.
_LONGEST_FORM = 12
# What differs between errors of one cause; an apostrophe inside a word quotes nothing.
_VARYING = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"""(?<=\w)[?][^\s"'`<>]*=[^\s"'`<>]*""",
        r"""["“„][^"“”]*["“”]|`[^`]*`|(?<!\w)'[^']*'(?!\w)""",
        r"[0-9a-f]{8,}(?:-[0-9a-f]{4,})*|\d+|\s+",
    )
)


class StepFact(NamedTuple):
    """One step: its number, whether it passed, and how often it was tried again."""

    number: int | None
    passed: bool | None
    retries: int | None


class Planned(NamedTuple):
    """A step of a run's plan: its number, and what it was to do."""

    number: int
    description: str


class RunFacts(NamedTuple):
    """A run in brief; `digest` and `size_bytes` are those of the stored member.

    `error` is a fingerprint, `error_text` the beginning of the error itself. Texts
    are as stored: `shown_text` is how they leave.
    """

    digest: str
    size_bytes: int
    passed: bool
    duration_ms: int | float | None
    triggered_by: str | None
    failing_step: int | None
    error: str | None
    error_text: str | None
    steps: tuple[StepFact, ...]
    plan: tuple[Planned, ...]


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
    digest = member_digest(raw)
    try:
        stored = records.parse_run(raw)
    except CorruptMember:
        return Sighting(digest, len(raw))
    known = records.declared_run(stored)
    facts = _facts(
        digest, len(raw), known, stored.get(declared.STEPS), stored.get("plan")
    )
    found = Sighting(digest, len(raw), known["run_id"], facts)
    return found._replace(summary=_summary(known)) if found.is_large else found


def member_digest(raw: bytes) -> str:
    """Sixteen hex digits that tell one stored member from any other."""
    # Processors have instructions for this one.
    return hashlib.sha256(raw).hexdigest()[:16]


def encode(facts: RunFacts) -> bytes:
    """A JSON array in the order of the fields; version `VERSION`."""
    rows = [[list(row) for row in part] for part in (facts.steps, facts.plan)]
    return orjson.dumps([*facts[:-2], *rows])


def decode(raw: bytes) -> RunFacts:
    """The facts that `encode` wrote; `ValueError` for anything else."""
    *plain, steps, plan = orjson.loads(raw)
    done = tuple(map(StepFact._make, steps))
    return RunFacts._make([*plain, done, tuple(map(Planned._make, plan))])


def decode_brief(raw: bytes) -> RunFacts:
    """The same without steps and plan, which are most of it."""
    *plain, _steps, _plan = orjson.loads(raw)
    return RunFacts._make([*plain, (), ()])


def shown_text(text: str | None, longest: int, scrubber: Scrubber) -> str | None:
    """At most `longest` characters of a fact's error or description, scrubbed.

    Of a text that was cut when it was noted, the last characters may be the beginning
    of a secret: nothing would recognise it, so they are left out.
    """
    if text is None:
        return None
    was_cut = len(text) in (LONGEST_ERROR, LONGEST_DESCRIPTION)
    secret = max(map(len, scrubber.secrets), default=0) if was_cut else 0
    scrubbed = scrubber.text(text)
    sure = max(0, len(scrubbed) - secret * _LONGEST_FORM)
    return scrubbed[: min(longest, sure)]


def error_fingerprint(text: str) -> str:
    """Twelve hex digits, equal for errors that differ in numbers, ids, quoted text,
    the queries of URLs, and spaces alone."""
    alike = text
    for varying in _VARYING:
        alike = varying.sub("#", alike)
    alike = alike.lower()
    return hashlib.blake2b(alike.encode(), digest_size=6).hexdigest()


def _facts(
    digest: str, size: int, known: records.Fields, stored: Any, plan: Any
) -> RunFacts:
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
        error_text=known["error"][:LONGEST_ERROR] if known["error"] else None,
        steps=steps[:MOST_STEPS],
        plan=_plan(plan)[:MOST_STEPS],
    )


def _steps(stored: Any) -> tuple[StepFact, ...]:
    steps = records.declared_steps(stored)
    return tuple(
        StepFact(step["step_number"], step["passed"], step["retry_count"])
        for step in steps
    )


def _plan(stored: Any) -> tuple[Planned, ...]:
    """What writers store as `plan`: steps with a number and a description."""
    steps = stored.get("steps") if isinstance(stored, dict) else None
    rows = steps if isinstance(steps, list) else []
    found = (_planned(row) for row in rows if isinstance(row, dict))
    return tuple(planned for planned in found if planned)


def _planned(row: Mapping[str, Any]) -> Planned | None:
    number, description = row.get("step_number"), row.get("description")
    if number is None or not declared.is_count(number):
        return None
    if not isinstance(description, str):
        return None
    return Planned(number, description[:LONGEST_DESCRIPTION])


def _summary(known: records.Fields) -> bytes:
    summary = orjson.dumps(known)
    return summary if len(summary) <= LARGEST_SUMMARY else b""
