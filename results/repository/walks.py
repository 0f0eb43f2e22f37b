"""Pages of a history from a position on, in either order, over any range of time.

Their order is that of Redis, by score and member, in which offsets count, too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from results.analysis.asking import RunQuestion, ScoreRange
from results.codec import times
from results.domain import Page, Run
from results.repository.large import decoded_runs
from results.repository.walking import Walked, Walking
from results.trip import Command


class Walks(Walking):
    """Makes pages of what a walk met."""

    def _walked_page(
        self, test_id: str, asked: RunQuestion, offset: int, limit: int
    ) -> Page[Run]:
        """The runs of a range; `total` counts its members, unreadable ones included."""
        key, (low, high) = self.keys.results(test_id), asked.scores.words
        count: list[Command] = [("ZCARD", key)]
        if asked.within is not None:
            count = [("ZCOUNT", key, low, high), ("ZCOUNT", key, "-inf", f"({low}")]
        walked = self._walk(test_id, asked, offset, limit, count)
        page = self._shown_page(test_id, asked, walked)
        total, *others = walked.read.replies
        if asked.within is None:
            return replace(page, total=total, mark=walked.read.mark)
        is_kept = asked.within.start is None or others[0] > 0
        data_from = None if is_kept else self._data_from(test_id, asked.scores)
        return replace(page, total=total, data_from=data_from)

    def _shown_page(
        self, test_id: str, asked: RunQuestion, walked: Walked
    ) -> Page[Run]:
        """The page of what was met, in the order that was asked for."""
        found = walked.found[::-1] if asked.is_back else walked.found
        ends = walked.is_more, walked.is_begun
        has_next, has_previous = ends[::-1] if asked.is_back else ends
        bodies = [placed.stored[0] for placed in found]
        key = self.keys.results(test_id)
        runs = decoded_runs(key, bodies, walked.read.scrubber)
        return Page(
            runs,
            total=None,
            skipped=len(found) - len(runs),
            next=found[-1].position if found and has_next else None,
            previous=found[0].position if found and has_previous else None,
        )

    def _data_from(self, test_id: str, within: ScoreRange) -> datetime | None:
        """The oldest kept time, for a range that begins before it."""
        oldest: Command = ("ZRANGEBYSCORE", repr(within.low), "+inf", "LIMIT", 0, 1)
        (found,) = self._read_ranges(test_id, [oldest]).ranges
        return next((times.from_score(score) for _, score in found), None)
