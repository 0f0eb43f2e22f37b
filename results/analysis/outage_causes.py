"""What outages were about: which are asked for, what they say, and which are alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from results.analysis.outages import Outage, outages, overlapping
from results.analysis.ranges import TimeRange
from results.analysis.timeline import Timeline
from results.codec.facts import RunFacts


@dataclass(frozen=True, slots=True)
class OutageQuestion:
    """Outages of which a part lies in `within`; None asks for any.

    `open_after` and `close_after` are runs in a row, 1 to 10.
    """

    within: TimeRange
    is_open: bool | None = None
    shortest: timedelta = timedelta(0)
    fingerprint: str | None = None
    open_after: int = 1
    close_after: int = 1

    def of(self, line: Timeline, now: datetime) -> list[Outage]:
        """Those of one test, oldest first, whatever their fingerprint is."""
        found = outages(line, now, self.open_after, self.close_after)
        within = overlapping(found, self.within)
        if not self.shortest and self.is_open is None:
            return list(within)
        return [
            outage
            for outage in within
            if outage.duration >= self.shortest
            and self.is_open in (None, outage.is_open)
        ]


@dataclass(frozen=True, slots=True)
class ToldOutage:
    """An outage with what its runs say; texts are scrubbed, None where unknown.

    `is_alert_unreadable`: the incidents, which tell of alerts, are of another type.
    """

    test_id: str
    outage: Outage
    error: str | None = None
    last_error: str | None = None
    fingerprint: str | None = None
    alert_sent: bool | None = None
    is_alert_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class OutageGroup:
    """Outages of one fingerprint; `error` is that of the newest of them.

    `first_seen` is when the first began, `last_seen` the last failed run of all.
    """

    fingerprint: str | None
    error: str | None
    first_seen: datetime
    last_seen: datetime
    outages: int
    failed_runs: int
    test_ids: tuple[str, ...]
    is_happening: bool


def fingerprint_of(facts: RunFacts) -> str | None:
    """The failing step's number, a dash, and the fingerprint of the error, each where
    it is known: `2-0f3a9c1d2b4e`; None without either."""
    step = None if facts.failing_step is None else str(facts.failing_step)
    known = [part for part in (step, facts.error) if part is not None]
    return "-".join(known) or None


def newest_first(found: Sequence[Outage], offset: int, limit: int) -> list[Outage]:
    """A page of one test's outages, given oldest first, at the price of the page.

    As `sort_newest_first` has it: those that began at one moment stay as they come.
    """
    end = len(found) - offset
    if end <= 0 or not limit:
        return []
    # A moment may begin before the page, and end behind it.
    low, high = max(end - limit, 0), end
    while low and found[low - 1].started_at == found[low].started_at:
        low -= 1
    while high < len(found) and found[high].started_at == found[high - 1].started_at:
        high += 1
    near = sorted(found[low:high], key=attrgetter("started_at"), reverse=True)
    first = high - end
    return near[first : first + limit]


def sort_newest_first(rows: list[tuple[str, Outage]]) -> None:
    """Sort outages in place that come test by test, the tests by id and of each the
    oldest first; those that began at one moment keep this order."""
    rows.sort(key=lambda row: row[1].started_at, reverse=True)


def grouped(told: Iterable[ToldOutage]) -> list[OutageGroup]:
    """Groups by fingerprint, those that were seen last first."""
    alike: dict[str | None, list[ToldOutage]] = defaultdict(list)
    for row in told:
        alike[row.fingerprint].append(row)
    groups = [_group(fingerprint, rows) for fingerprint, rows in alike.items()]
    return sorted(groups, key=lambda g: (-g.last_seen.timestamp(), g.fingerprint or ""))


def _group(fingerprint: str | None, rows: list[ToldOutage]) -> OutageGroup:
    newest = max(rows, key=lambda row: (row.outage.started_at, row.test_id))
    return OutageGroup(
        fingerprint=fingerprint,
        error=newest.error,
        first_seen=min(row.outage.started_at for row in rows),
        last_seen=max(row.outage.last_failed_at for row in rows),
        outages=len(rows),
        failed_runs=sum(row.outage.failed_runs for row in rows),
        test_ids=tuple(sorted({row.test_id for row in rows})),
        is_happening=any(row.outage.is_open for row in rows),
    )
