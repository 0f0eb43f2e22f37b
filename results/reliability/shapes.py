"""How reliability is shown: plain values, seconds as numbers, times in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from results.analysis.availability import Availability, Reliability
from results.analysis.observed import Observed
from results.analysis.outages import open_outage
from results.analysis.slots import Slot
from results.analysis.spans import Span
from results.analysis.summary import Mark, Row
from results.analysis.timeline import Timeline
from results.codec.times import to_text
from results.reliability.slotting import Slotted
from results.reliability.summing import Summary

Shown = dict[str, Any]


class Figures(NamedTuple):
    """A test's figures, each with the name of the window that it is about."""

    observed: Observed
    windows: Sequence[tuple[str | None, Availability]]


def test_availability(found: Figures) -> Shown:
    return {
        "test_id": found.observed.test_id,
        "expected_interval_s": seconds(found.observed.timeline.expected),
        "windows": [window(name, figures) for name, figures in found.windows],
    }


def window(name: str | None, found: Availability) -> Shown:
    figures, outages = found.figures, found.outages
    return {
        "window": name,
        "from": to_text(figures.start),
        "to": to_text(figures.end),
        "data_from": to_text(figures.data_from),
        "run_pct": figures.run_pct,
        "time_pct": figures.time_pct,
        "coverage": figures.coverage,
        "passed_runs": figures.runs.passed,
        "failed_runs": figures.runs.failed,
        "total_runs": figures.runs.total,
        "up_s": seconds(figures.states.up),
        "down_s": seconds(figures.states.down),
        "unknown_s": seconds(figures.states.unknown),
        "outages": outages.count,
        "longest_outage_s": optional_seconds(outages.longest),
        "mttr_s": optional_seconds(outages.mean_to_recovery),
        "mtbf_s": optional_seconds(outages.mean_between),
    }


def test_slots(found: Slotted) -> Shown:
    return {
        "test_id": found.test_id,
        "bucket": found.bucket,
        "tz": found.tz,
        "slots": [slot(each) for each in found.slots],
    }


def slot(found: Slot) -> Shown:
    return {
        "start": to_text(found.start),
        "end": to_text(found.end),
        "state": found.state,
        "runs": found.runs.total,
        "failures": found.runs.failed,
        "downtime_s": seconds(found.states.down),
        "run_pct": found.run_pct,
    }


def summary(found: Summary) -> Shown:
    shown = {
        "counts": found.counts._asdict(),
        "tests": [row(each, found.windows, found.now) for each in found.rows],
        "total": found.total,
        "limit": found.limit,
        "offset": found.offset,
    }
    return shown | ({"skipped": found.skipped} if found.skipped else {})


def row(found: Row, windows: Sequence[str], now: datetime) -> Shown:
    test, line = found.test, found.observed and found.observed.timeline
    newest = line.newest if line else None
    return {
        "test_id": test.id,
        "name": test.name,
        "url": test.url,
        "status": test.status,
        "last_result": test.last_result,
        "state": found.state(now),
        "running": found.is_running,
        "overdue": found.is_overdue,
        "schedule": test.schedule,
        "expected_interval_s": seconds(line.expected) if line else None,
        "next_run_at": to_text(found.next_run_at),
        "last_run": newest and newest_run(newest),
        "last_pass": _last_pass(line) if line else None,
        "open_outage": _open_outage(line, now) if line else None,
        "windows": [
            summary_window(*each) for each in zip(windows, found.figures, strict=False)
        ],
        "p95_ms": found.p95_ms,
        "strip": strip(found.strip),
    }


def newest_run(span: Span) -> Shown:
    """The run that a span ends with."""
    return {
        "run_id": span.last_id,
        "at": to_text(span.last_at),
        "passed": span.passed,
    }


def summary_window(name: str, figures: Reliability) -> Shown:
    return {
        "window": name,
        "run_pct": figures.run_pct,
        "time_pct": figures.time_pct,
        "coverage": figures.coverage,
        "passed_runs": figures.runs.passed,
        "failed_runs": figures.runs.failed,
        "total_runs": figures.runs.total,
        "down_s": seconds(figures.states.down),
    }


def strip(marks: Sequence[Mark]) -> list[Shown]:
    return [
        {"at": to_text(at), "state": state, "run_id": run_id}
        for at, state, run_id in marks
    ]


def _last_pass(line: Timeline) -> Shown | None:
    return newest_run(line.last_passed) if line.last_passed else None


def _open_outage(line: Timeline, now: datetime) -> Shown | None:
    found = open_outage(line, now)
    if found is None:
        return None
    return {
        "id": found.id,
        "started_at": to_text(found.started_at),
        "duration_s": seconds(found.duration),
        "failed_runs": found.failed_runs,
    }


def seconds(length: timedelta) -> float:
    return length.total_seconds()


def optional_seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()
