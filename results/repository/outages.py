"""Outages with what their runs say, of one test or of all.

What an outage is comes from the timeline. Its errors come from the run facts of its
first and last failed run, and whether an alert went out from the incident of the
first: of a list of incidents, newest first, its place is known by the number of failed
runs since. So a page costs what it shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from results import scanning
from results.analysis.availability import data_from
from results.analysis.observed import Observed
from results.analysis.outage_causes import (
    OutageGroup,
    OutageQuestion,
    ToldOutage,
    fingerprint_of,
    grouped,
    newest_first,
    sort_newest_first,
)
from results.analysis.outages import Outage
from results.codec import facts as facts_codec
from results.codec import hashes, records
from results.codec.facts import RunFacts, shown_text
from results.domain import CorruptMember, Page, UnknownTest, UnknownTests, UnreadableKey
from results.history import History
from results.reading import (
    checked,
    hash_commands,
    is_wrong_type,
    read_many,
    scrubber_of,
)
from results.repository.listed import ListedTests
from results.repository.timelines import Timelines
from results.scrub import Scrubber
from results.trip import Command

LONGEST_ERROR = 500
# A run that came late, or a trimmed list, moves incidents by a place or two.
ABOUT = 2
Row = tuple[str, Outage]
Known = Mapping[str, RunFacts]


class Outages(ListedTests, Timelines):
    """Reads outages; each page of a history is as of one moment."""

    def outages(
        self, test_id: str, asked: OutageQuestion, now: datetime
    ) -> History[ToldOutage]:
        """Those of one test, newest first; `data_from` is the time of its oldest kept
        run, where the range begins before it."""

        def fetch(offset: int, limit: int) -> Page[ToldOutage]:
            line = self.timeline(test_id, now).timeline
            found = asked.of(line, now)
            if asked.fingerprint is None:
                newest = newest_first(found, offset, limit)
                shown = self._told([(test_id, o) for o in newest], with_alerts=True)
                page = Page(shown, len(found))
            else:
                rows = [(test_id, outage) for outage in found]
                page = self._page(rows, asked, offset, limit)
            has_start = asked.within.start is not None
            since = data_from(asked.within, line) if has_start else None
            return replace(page, data_from=since)

        return History(fetch)

    def all_outages(
        self, test_ids: Iterable[str] | None, asked: OutageQuestion, now: datetime
    ) -> History[ToldOutage]:
        """Those of these tests, or of all that are listed, newest first.

        `skipped` counts listed tests that cannot be read. Raises `UnknownTests`.
        """

        def fetch(offset: int, limit: int) -> Page[ToldOutage]:
            rows, skipped = self._rows_of(test_ids, asked, now)
            return self._page(rows, asked, offset, limit, skipped)

        return History(fetch)

    def outage_groups(
        self, test_ids: Iterable[str] | None, asked: OutageQuestion, now: datetime
    ) -> History[OutageGroup]:
        """Groups by fingerprint, those that were seen last first."""

        def fetch(offset: int, limit: int) -> Page[OutageGroup]:
            rows, skipped = self._rows_of(test_ids, asked, now)
            groups = grouped(self._of_fingerprint(self._told(rows), asked))
            return Page(groups[offset : offset + limit], len(groups), skipped)

        return History(fetch)

    def _rows_of(
        self, test_ids: Iterable[str] | None, asked: OutageQuestion, now: datetime
    ) -> tuple[list[Row], int]:
        lines, skipped = self._lines(test_ids, now)
        return [
            (line.test_id, outage)
            for line in sorted(lines, key=attrgetter("test_id"))
            for outage in asked.of(line.timeline, now)
        ], skipped

    def _lines(
        self, test_ids: Iterable[str] | None, now: datetime
    ) -> tuple[list[Observed], int]:
        """The timelines, and of how many listed tests there is none to read."""
        if test_ids is not None:
            return self.timelines(test_ids, now), 0
        listing = self.states()
        found, unreadable = self._readable_timelines(listing.ids, now)
        return found, listing.skipped + unreadable

    def _readable_timelines(
        self, test_ids: Sequence[str], now: datetime
    ) -> tuple[list[Observed], int]:
        """The timelines of these tests, and how many of them cannot be read: one that
        is gone, or of another type, hides none of the others."""
        try:
            return self.timelines(test_ids, now), 0
        except (UnknownTests, UnreadableKey):
            each = (self._readable_timeline(i, now) for i in test_ids)
            found = [line for line in each if line is not None]
            return found, len(test_ids) - len(found)

    def _readable_timeline(self, test_id: str, now: datetime) -> Observed | None:
        try:
            return self.timeline(test_id, now)
        except (UnknownTest, UnreadableKey):
            return None

    def _page(
        self,
        rows: list[Row],
        asked: OutageQuestion,
        offset: int,
        limit: int,
        skipped: int = 0,
    ) -> Page[ToldOutage]:
        sort_newest_first(rows)
        if asked.fingerprint is not None:
            alike = self._of_fingerprint(self._told(rows), asked)
            rows = [(told.test_id, told.outage) for told in alike]
        shown = rows[offset : offset + limit]
        return Page(self._told(shown, with_alerts=True), len(rows), skipped)

    def _of_fingerprint(
        self, told: list[ToldOutage], asked: OutageQuestion
    ) -> list[ToldOutage]:
        wanted = asked.fingerprint
        return [row for row in told if wanted in (None, row.fingerprint)]

    def _told(self, rows: list[Row], with_alerts: bool = False) -> list[ToldOutage]:
        """The rows in their order, with what the runs say; a trip for 500 tests."""
        by_test: dict[str, list[Outage]] = defaultdict(list)
        for test_id, outage in rows:
            by_test[test_id].append(outage)

        def commands(test_id: str) -> list[Command]:
            own = list(hash_commands(self.keys, test_id, hashes.SECRET))
            own += self._facts_commands(test_id, by_test[test_id])
            if with_alerts:
                own += self._incident_commands(test_id, by_test[test_id])
            return own

        told: dict[Row, ToldOutage] = {}
        for test_id, replies in read_many(self.client, by_test, commands):
            found = self._causes(test_id, by_test[test_id], replies)
            told |= {(test_id, outage): cause for outage, cause in found}
        return [told[row] for row in rows]

    def _facts_commands(self, test_id: str, found: Sequence[Outage]) -> list[Command]:
        if not self.index.is_usable:
            return []
        return [("HMGET", self.keys.index(test_id).facts, *_run_ids(found))]

    def _incident_commands(
        self, test_id: str, found: Sequence[Outage]
    ) -> Iterable[Command]:
        key = self.keys.incidents(test_id)
        for outage in found:
            place = outage.failed_since
            yield "LRANGE", key, max(0, place - ABOUT), place + ABOUT

    def _causes(
        self, test_id: str, found: Sequence[Outage], replies: list[Any]
    ) -> list[tuple[Outage, ToldOutage]]:
        stored, former, *rest = replies
        scrubber = scrubber_of(stored, former, hashes.SECRET)
        ids = _run_ids(found)
        known: Known = {}
        if self._facts_commands(test_id, found):
            known = _decoded(ids, checked(rest.pop(0)))
        missing = set(ids) - known.keys()
        if missing:
            key, members = self.keys.results(test_id), self._scan(test_id)[1]
            known = {**known, **scanning.facts_of(key, members, missing)}
        incidents = rest or [None] * len(found)
        return [
            (outage, _told(test_id, outage, known, scrubber, near))
            for outage, near in zip(found, incidents, strict=True)
        ]


def _told(
    test_id: str, outage: Outage, known: Known, scrubber: Scrubber, near: Any
) -> ToldOutage:
    first, last = known.get(outage.id), known.get(outage.last_id)
    return ToldOutage(
        test_id=test_id,
        outage=outage,
        error=first and shown_text(first.error_text, LONGEST_ERROR, scrubber),
        last_error=last and shown_text(last.error_text, LONGEST_ERROR, scrubber),
        fingerprint=first and fingerprint_of(first),
        alert_sent=_alert_sent(outage.id, near),
        is_alert_unreadable=is_wrong_type(near),
    )


def _run_ids(found: Iterable[Outage]) -> list[str]:
    return list({run_id for o in found for run_id in (o.id, o.last_id)})


def _decoded(ids: Sequence[str], stored: Sequence[bytes | None]) -> dict[str, RunFacts]:
    return {
        run_id: facts_codec.decode(raw)
        for run_id, raw in zip(ids, stored, strict=True)
        if raw is not None
    }


def _alert_sent(run_id: str, near: Any) -> bool | None:
    """What the incident of the run says, if it is among these; None otherwise."""
    if not isinstance(near, list):
        return None
    for member in near:
        try:
            incident = records.decode_incident(member, Scrubber(), False).fields
        except CorruptMember:
            continue
        if incident["run_id"] == run_id:
            said: bool | None = incident["alert_sent"]
            return said
    return None
