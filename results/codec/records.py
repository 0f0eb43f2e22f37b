"""Run and incident records: declared fields normalised, further ones kept.

CONTRACT, `results:{id}`: a declared field of a wrong type goes out as null (`[]`
for `step_results`), never coerced. Where nobody knows a test's hidden values,
unknown fields are withheld and `redacted` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import orjson

from results.codec.declared import (
    INCIDENT_FIELDS,
    OURS,
    RUN_FIELDS,
    STEP_FIELDS,
    STEPS,
    Rule,
    is_incident_as_served,
    is_run_as_served,
)
from results.codec.splicing import Spliceable, Spliced
from results.codec.strict_json import parse_object
from results.domain import CorruptMember, Incident, Run
from results.scrub import Scrubber

LIST_RECORD_BYTES = 256 * 1024
PAGE_BYTES = 2 * 1024 * 1024
WHOLE_RECORD_BYTES = 16 * 1024 * 1024
SUMMARY_TEXT = 500
RUN_ID_LENGTH = 64

Item = TypeVar("Item")
# (member, scrubber, whole or summary) to what is served.
Decode = Callable[[bytes, Scrubber, bool], Item]
Fields = dict[str, Any]


PLAIN_RUNS = Spliceable(is_run_as_served)
PLAIN_INCIDENTS = Spliceable(is_incident_as_served)


def decode_run(raw: bytes, scrubber: Scrubber, whole: bool) -> Run:
    """The run in a member, as a summary unless `whole`; raises `CorruptMember`."""
    may_splice = whole and scrubber.complete and not scrubber.is_needed(raw)
    if may_splice and PLAIN_RUNS.knows(raw):
        return Run(Spliced(raw))
    stored = parse_run(raw)
    if may_splice and PLAIN_RUNS.learns(raw, stored):
        return Run(Spliced(raw))
    steps = _steps(stored.get(STEPS), scrubber.complete) if whole else []
    fields = _declared(stored, RUN_FIELDS) | {STEPS: steps}
    known = RUN_FIELDS.keys() | {STEPS}
    return Run(_outgoing(fields, stored, known, raw, scrubber, whole))


def decode_summary(summary: bytes, size_bytes: int, scrubber: Scrubber) -> Run:
    """The same as `decode_run` for a large record, from what the index kept of it."""
    fields = orjson.loads(summary) | {STEPS: []}
    fields = _cut(scrubber.value(fields) if scrubber.secrets else fields)
    fields |= {"truncated": True, "size_bytes": size_bytes}
    return Run(fields if scrubber.complete else fields | {"redacted": True})


def decode_incident(raw: bytes, scrubber: Scrubber, whole: bool) -> Incident:
    """The incident in an element, a summary unless `whole`; raises `CorruptMember`."""
    may_splice = whole and scrubber.complete and not scrubber.is_needed(raw)
    if may_splice and PLAIN_INCIDENTS.knows(raw):
        return Incident(Spliced(raw))
    stored = parse_object(raw)
    if may_splice and PLAIN_INCIDENTS.learns(raw, stored):
        return Incident(Spliced(raw))
    fields = _declared(stored, INCIDENT_FIELDS)
    known = INCIDENT_FIELDS.keys()
    return Incident(_outgoing(fields, stored, known, raw, scrubber, whole))


def whole_or_summary(members: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Which members of a page go out whole: 256 KB each, 2 MB in all, then no more."""
    room = PAGE_BYTES
    for member in members:
        size = len(member)
        whole = size <= min(LIST_RECORD_BYTES, room)
        if size <= LIST_RECORD_BYTES:
            room = room - size if whole else 0
        yield member, whole


def parse_run(raw: bytes) -> Fields:
    """The stored record; raises `CorruptMember` without an id or a clear outcome."""
    stored = parse_object(raw)
    run_id = stored.get("run_id")
    if not isinstance(run_id, str) or not 1 <= len(run_id) <= RUN_ID_LENGTH:
        raise CorruptMember("no run id")
    if not isinstance(stored.get("passed"), bool):
        raise CorruptMember("no outcome")
    return stored


def declared_run(stored: Mapping[str, Any]) -> Fields:
    """The declared scalar fields of a run, null where missing or of a wrong type."""
    return _declared(stored, RUN_FIELDS)


def declared_steps(stored: Any) -> list[Fields]:
    """The declared fields of the steps in `step_results`."""
    return _steps(stored, complete=False)


def _declared(stored: Mapping[str, Any], rules: Mapping[str, Rule]) -> Fields:
    return {
        name: value if is_right(value := stored.get(name)) else None
        for name, is_right in rules.items()
    }


def _steps(stored: Any, complete: bool) -> list[Fields]:
    if not isinstance(stored, list) or not all(isinstance(s, dict) for s in stored):
        return []
    return [
        (step if complete else {}) | _declared(step, STEP_FIELDS) for step in stored
    ]


def _outgoing(
    fields: Fields,
    stored: Fields,
    known: Any,
    raw: bytes,
    scrubber: Scrubber,
    whole: bool,
) -> Fields:
    """Declared fields, then further ones where they may go, scrubbed."""
    if whole and scrubber.complete:
        further = stored.keys() - known - OURS
        fields |= {key: value for key, value in stored.items() if key in further}
    if scrubber.is_needed(raw):
        fields = scrubber.value(fields)
    if not whole:
        fields = _cut(fields) | {"truncated": True, "size_bytes": len(raw)}
    if not scrubber.complete:
        fields["redacted"] = True
    return fields


def _cut(fields: Fields) -> Fields:
    """After scrubbing: a secret cut in two would no longer be recognised."""
    return {
        name: value[:SUMMARY_TEXT] if isinstance(value, str) else value
        for name, value in fields.items()
    }
