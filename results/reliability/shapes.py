"""How reliability is shown: plain values, seconds as numbers, times in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from results.analysis.availability import Availability
from results.analysis.observed import Observed
from results.analysis.slots import Slot
from results.codec.times import to_text

Shown = dict[str, Any]


class Figures(NamedTuple):
    """A test's figures, each with the name of the window that it is about."""

    observed: Observed
    windows: Sequence[tuple[str | None, Availability]]


class Slotted(NamedTuple):
    """A test in slots of one kind, oldest first, and the time zone they are of."""

    test_id: str
    bucket: str
    tz: str
    slots: Sequence[Slot]


def test_availability(found: Figures) -> Shown:
    return {
        "test_id": found.observed.test_id,
        "expected_interval_s": seconds(found.observed.timeline.expected),
        "windows": [window(name, figures) for name, figures in found.windows],
    }


def window(name: str | None, found: Availability) -> Shown:
    outages = found.outages
    return {
        "window": name,
        "from": to_text(found.start),
        "to": to_text(found.end),
        "data_from": to_text(found.data_from),
        "run_pct": found.run_pct,
        "time_pct": found.time_pct,
        "coverage": found.coverage,
        "passed_runs": found.runs.passed,
        "failed_runs": found.runs.failed,
        "total_runs": found.runs.total,
        "up_s": seconds(found.states.up),
        "down_s": seconds(found.states.down),
        "unknown_s": seconds(found.states.unknown),
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


def seconds(length: timedelta) -> float:
    return length.total_seconds()


def optional_seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()
