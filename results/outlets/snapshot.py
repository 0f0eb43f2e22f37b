"""What the metrics of all tests are at one moment, read in a few trips."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from results.analysis.observed import Observed
from results.analysis.ranges import TimeRange
from results.counted import CountedTests
from results.repository import ResultRepository
from results.repository.summaries import Glimpse

WINDOWS = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All listed tests: each was observed in each of `WINDOWS`, unless its runs cannot
    be read. `overdue` counts those that should have run by now."""

    now: datetime
    listing: CountedTests
    glimpses: list[Glimpse]
    overdue: int
    took_seconds: float

    @property
    def observed(self) -> list[Observed]:
        """Those whose runs can be read."""
        return [found.observed for found in self.glimpses if found.observed]

    @property
    def unreadable(self) -> int:
        """How many hashes are of a wrong type, and how many tests' runs."""
        return self.listing.skipped + sum(not g.observed for g in self.glimpses)

    def durations(self) -> Iterator[tuple[str, Sequence[int | float]]]:
        """How many milliseconds recent runs took, ascending, by test where there are
        any; of those that passed, as the summary has it."""
        for seen in self.glimpses:
            if known := seen.durations:
                yield seen.test.id, known


def snapshot(
    repository: ResultRepository, listing: CountedTests, now: datetime
) -> Snapshot:
    """What there is to tell of the listed tests."""
    since = time.perf_counter()
    ranges = [TimeRange.trailing(length, now) for length in WINDOWS.values()]
    glimpses, overdue = repository.glimpses_and_overdue(
        listing.ids, listing, now, ranges
    )
    return Snapshot(
        now=now,
        listing=listing,
        glimpses=glimpses,
        overdue=len(overdue),
        took_seconds=time.perf_counter() - since,
    )
