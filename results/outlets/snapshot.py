"""What the metrics of all tests are at one moment, read in a few trips."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from results.analysis.observed import Observed
from results.analysis.ranges import TimeRange
from results.counted import CountedTests
from results.domain import SyntheticTest
from results.repository import ResultRepository

WINDOWS = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All listed tests. `observed` has the runs of each of `WINDOWS`; tests that
    cannot be read are not in it, and `unreadable` counts them."""

    now: datetime
    listing: CountedTests
    definitions: dict[str, SyntheticTest]
    observed: list[Observed]
    unreadable: int
    took_seconds: float


def snapshot(
    repository: ResultRepository, listing: CountedTests, now: datetime
) -> Snapshot:
    """What there is to tell of the listed tests."""
    since = time.perf_counter()
    ids = listing.ids
    ranges = [TimeRange.trailing(length, now) for length in WINDOWS.values()]
    observed, unreadable = repository.readable_timelines(ids, now, ranges)
    return Snapshot(
        now=now,
        listing=listing,
        definitions=repository.defined(ids),
        observed=observed,
        unreadable=listing.skipped + unreadable,
        took_seconds=time.perf_counter() - since,
    )
