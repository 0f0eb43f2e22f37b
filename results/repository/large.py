"""Pages whose large bodies stay in Redis: the run index has their summaries."""

from __future__ import annotations

from typing import Any

from redis.exceptions import ResponseError

from results import unreadable
from results.codec import records
from results.domain import Page, Run
from results.repository import scripts
from results.repository.marks import Marks
from results.trip import Command

SCRIPT = scripts.script("read_page")


class LargePages(Marks):
    """Reads pages of runs for lists."""

    def _page_without_bodies(
        self, test_id: str, first: int, last: int
    ) -> Page[Run] | None:
        """The page, in one trip; None where its members have to be read instead."""
        names, results = self.keys.index(test_id), self.keys.results(test_id)
        head = self.index.head(names.head) if self.index.is_usable else None
        if head is None or not head.has_large:
            return None
        if not scripts.may_run(self.client):
            return None
        limit = records.LIST_RECORD_BYTES
        script: Command = ("EVAL_RO", SCRIPT, 2, results, names.large, first, last)
        try:
            answer, mark = self._read_marked(
                test_id, [("ZCARD", results), (*script, limit)]
            )
        except ResponseError:
            scripts.refused(self.client)
            return None
        total, found = answer.replies[:2]
        # Without a mark nobody knows whether the summaries are of these records.
        if mark is None or any(isinstance(m, list) and not m[0] for m in found):
            return None

        def decode(sized: tuple[Any, bool]) -> Run:
            member, whole = sized
            if isinstance(member, list):
                return records.decode_summary(member[0], member[1], answer.scrubber)
            return records.decode_run(member, answer.scrubber, whole)

        runs = unreadable.left_out(results, _sized(found), decode)
        return Page(runs, total, len(found) - len(runs), mark)


def _sized(found: list[Any]) -> list[tuple[Any, bool]]:
    """Which members go out whole: large ones take no room on a page."""
    whole = records.whole_or_summary(m for m in found if not isinstance(m, list))
    return [(m, False) if isinstance(m, list) else next(whole) for m in found]
