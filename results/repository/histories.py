"""Histories of one test: lazy, newest first, a trip a page."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

from results import unreadable
from results.analysis.asking import RunQuestion
from results.codec import records, timing
from results.domain import Incident, Page, Run, TimingPoint
from results.history import History
from results.reading import Answer
from results.repository.fact_ranges import FactRanges
from results.repository.large import decoded_runs
from results.repository.positions import page_positions
from results.trip import Command, scored

Record = TypeVar("Record", Run, Incident)


class Histories(FactRanges):
    """Makes histories; each reads when somebody looks."""

    def runs(self, test_id: str) -> History[Run]:
        """Newest first by score; ties in one stable order (by member, descending)."""
        key = self.keys.results(test_id)

        def fetch(offset: int, limit: int) -> Page[Run]:
            ranks: Command = ("ZREVRANGE", *_ranks(offset, limit))
            read = self._read_ranges(test_id, [ranks], [("ZCARD", key)])
            (stored,), (total,) = read.ranges, read.replies
            runs = decoded_runs(key, [body for body, _ in stored], read.scrubber)
            skipped = len(stored) - len(runs)
            previous, following = page_positions(stored, offset, total)
            return Page(runs, total, skipped, read.mark, following, previous)

        return History(fetch, lambda: self._mark(test_id))

    def asked_runs(self, test_id: str, asked: RunQuestion) -> History[Run]:
        """Runs of a range or a filter, in either order, also from a cursor on.

        Of a filter each run id once, its newest copy, as figures count; without one
        everything that is stored, as `runs`. It is no sequence: only `page` is exact,
        and `total` None where nothing but looking through all runs could tell it.
        """
        pages = self._walked_page if asked.runs.is_any else self._filtered_page
        return History(partial(pages, test_id, asked))

    def incidents(self, test_id: str) -> History[Incident]:
        """In list order, which is newest first."""
        key = self.keys.incidents(test_id)

        def fetch(offset: int, limit: int) -> Page[Incident]:
            page = ("LRANGE", key, *_ranks(offset, limit))
            answer = self._read(test_id, [("LLEN", key), page])
            return _page(key, answer, records.decode_incident)

        return History(fetch)

    def timing(self, test_id: str) -> History[TimingPoint]:
        """Newest first by score, from all three member encodings."""
        key = self.keys.timing(test_id)

        def fetch(offset: int, limit: int) -> Page[TimingPoint]:
            page = ("ZREVRANGE", key, *_ranks(offset, limit), "WITHSCORES")
            total, reply = self._read(test_id, [("ZCARD", key), page]).replies
            members = scored(reply)
            points = unreadable.left_out(
                key, members, lambda pair: timing.decode_member(*pair)
            )
            return Page(points, total, len(members) - len(points))

        return History(fetch)


def _page(key: str, answer: Answer, decode: records.Decode[Record]) -> Page[Record]:
    """The page in the answer to a count and a range."""
    total, members = answer.replies[:2]
    sized = records.whole_or_summary(members)
    found = unreadable.left_out(
        key, sized, lambda pair: decode(pair[0], answer.scrubber, pair[1])
    )
    return Page(found, total, len(members) - len(found))


def _ranks(offset: int, limit: int) -> tuple[int, int]:
    """Half-open to inclusive: Redis reads `0 -1` as everything, `1 0` as nothing."""
    return (offset, offset + limit - 1) if limit else (1, 0)
