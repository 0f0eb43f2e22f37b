"""Answers that need every record: one run by its id, the outcomes of a window.

Both take scored members, newest first, and read no more of them than they need.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from results import unreadable
from results.analysis.spans import Point
from results.codec import facts, records, times
from results.codec.facts import RunFacts
from results.domain import (
    CorruptMember,
    Run,
    UnknownRun,
    Window,
    WindowRuns,
)
from results.scrub import Scrubber
from results.trip import Scored


def find_run(
    key: str, scrubber: Scrubber, members: Iterable[Scored], run_id: str
) -> Run:
    """The newest copy of a run, whole up to 16 MB; raises `UnknownRun`."""
    wanted = run_id.encode()
    for member, _ in members:
        # Most members are passed over unparsed; a JSON escape could spell the id.
        if wanted not in member and b"\\u" not in member:
            continue
        if _run_id(key, member) == run_id:
            whole = len(member) <= records.WHOLE_RECORD_BYTES
            return records.decode_run(member, scrubber, whole)
    raise UnknownRun(run_id)


def outcomes_in(window: Window, key: str, members: Iterable[Scored]) -> WindowRuns:
    """Each run id of the window once: its newest copy counts, wherever it lies."""
    start, end = times.to_score(window.start), times.to_score(window.end)
    newest: dict[str, bool | None] = {}
    skipped = 0
    for member, score in members:
        if score < start:
            break
        stored = _parsed(key, member)
        if stored is None:
            skipped += score <= end
            continue
        newest.setdefault(stored["run_id"], stored["passed"] if score <= end else None)
    outcomes = list(newest.values())
    return WindowRuns(
        passed=outcomes.count(True),
        failed=outcomes.count(False),
        skipped=skipped,
        future_runs=outcomes.count(None),
    )


def points_in(key: str, members: Iterable[Scored], end: datetime) -> list[Point]:
    """Every run with a time up to `end`, as the run index would tell them: each run id
    once, where its newest copy is. Sorted, oldest first."""
    last = times.to_score(end)
    newest: dict[str, Point] = {}
    for member, score in members:
        stored = _parsed(key, member)
        if stored is not None:
            run_id = stored["run_id"]
            newest.setdefault(run_id, (score, run_id, stored["passed"]))
    return sorted(point for point in newest.values() if 0 <= point[0] <= last)


def _run_id(key: str, member: bytes) -> str | None:
    """The id in the record; None for a corrupt one."""
    known = records.PLAIN_RUNS.run_id(member)
    if known is None and (stored := _parsed(key, member)):
        known = str(stored["run_id"])
    return known


def facts_of(
    key: str, members: Iterable[Scored], run_ids: Iterable[str]
) -> dict[str, RunFacts]:
    """The facts of these runs, each of its newest copy; a run that is gone is not in
    it. Reads no further than it has to."""
    waiting, found = set(run_ids), dict[str, RunFacts]()
    for member, _ in members:
        seen = facts.sight(member)
        if seen.run_id in waiting and seen.facts is not None:
            found[seen.run_id] = seen.facts
            waiting.remove(seen.run_id)
        if not waiting:
            break
    return found


def runs_in(key: str, members: Iterable[Scored]) -> dict[str, tuple[float, RunFacts]]:
    """Time and facts of the newest copy of each run, as the run index has them."""
    found: dict[str, tuple[float, RunFacts]] = {}
    for member, score in members:
        seen = facts.sight(member)
        if seen.facts is not None and seen.run_id is not None:
            found.setdefault(seen.run_id, (score, seen.facts))
        else:
            unreadable.note(key, member, CorruptMember("no readable run"))
    return found


def _parsed(key: str, member: bytes) -> records.Fields | None:
    try:
        return records.parse_run(member)
    except CorruptMember as reason:
        unreadable.note(key, member, reason)
        return None
