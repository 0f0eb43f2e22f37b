"""Histories of one test: lazy, newest first, a trip a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from results import unreadable
from results.codec import records, timing
from results.domain import Incident, Page, Run, TimingPoint
from results.history import History
from results.repository.marks import Marks
from results.trip import Command, scored

Record = TypeVar("Record", Run, Incident)


class Histories(Marks):
    """Makes histories; each reads when somebody looks."""

    def runs(self, test_id: str) -> History[Run]:
        """Newest first by score; ties in one stable order (by member, descending)."""
        key = self.keys.results(test_id)

        def asked(start: int, stop: int) -> list[Command]:
            return [("ZCARD", key), ("ZREVRANGE", key, start, stop)]

        fetch = self._record_pages(test_id, key, asked, records.decode_run)
        return History(fetch, lambda: self._mark(test_id))

    def incidents(self, test_id: str) -> History[Incident]:
        """In list order, which is newest first."""
        key = self.keys.incidents(test_id)

        def asked(start: int, stop: int) -> list[Command]:
            return [("LLEN", key), ("LRANGE", key, start, stop)]

        return History(self._record_pages(test_id, key, asked, records.decode_incident))

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

    def _record_pages(
        self,
        test_id: str,
        key: str,
        asked: Callable[[int, int], list[Command]],
        decode: records.Decode[Record],
    ) -> Callable[[int, int], Page[Record]]:
        def fetch(offset: int, limit: int) -> Page[Record]:
            commands = asked(*_ranks(offset, limit))
            answer, mark = self._read_marked(test_id, commands)
            total, members = answer.replies[:2]
            sized = records.whole_or_summary(members)
            found = unreadable.left_out(
                key, sized, lambda pair: decode(pair[0], answer.scrubber, pair[1])
            )
            return Page(found, total, len(members) - len(found), mark)

        return fetch


def _ranks(offset: int, limit: int) -> tuple[int, int]:
    """Half-open to inclusive: Redis reads `0 -1` as everything, `1 0` as nothing."""
    return (offset, offset + limit - 1) if limit else (1, 0)
