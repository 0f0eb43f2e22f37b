"""Pages of runs by what they are: found in the index, and only what is shown is read.

Each run id once, its newest copy. In the order of all pages, by score and member, which
the index does not know: among runs of one time the members themselves say it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from results import scanning
from results.analysis.asking import RunQuestion
from results.domain import ALL_OF_TIME, UNREAD, Page, Position, Run
from results.repository.anchors import Anchor
from results.repository.candidates import find_candidates, outcomes_of
from results.repository.run_sources import IndexedRuns, NoIndex, RunSource, ScannedRuns
from results.repository.runs import Runs
from results.repository.tied import TiedRuns
from results.repository.walking import Walked
from results.trip import Command


class FilteredRuns(TiedRuns, Runs):
    """Makes pages of the runs that a filter asks for."""

    def _filtered_page(
        self, test_id: str, asked: RunQuestion, offset: int, limit: int
    ) -> Page[Run]:
        """At most `limit` runs. With a filter that facts alone can tell it may be
        shorter although more follow: then its cursor goes on."""
        try:
            return self._filtered(
                test_id, asked, offset, limit, self._index_source(test_id)
            )
        except NoIndex:
            scanned = self._scan_source(test_id)
            return self._filtered(test_id, asked, offset, limit, scanned)

    def _index_source(self, test_id: str) -> RunSource:
        def ask(commands: list[Command]) -> list[Any] | None:
            found = self._ask_index(test_id, -math.inf, lambda _head: commands)
            return found[1] if found else None

        return IndexedRuns(self.keys.index(test_id), ask)

    def _scan_source(self, test_id: str) -> RunSource:
        key = self.keys.results(test_id)
        return ScannedRuns(scanning.runs_in(key, self._scan(test_id)[1]))

    def _filtered(
        self,
        test_id: str,
        asked: RunQuestion,
        offset: int,
        limit: int,
        source: RunSource,
    ) -> Page[Run]:
        read = self._read_ranges(test_id, [], self._kept_before(test_id, asked))
        position, older, runs = asked.anchor, asked.walks_older, asked.runs
        anchor = self._located(test_id, position, older) if position else None
        bounds, skipped = self._start(source, asked, anchor, offset)
        enough = limit + 1 + skipped
        uncounted = anchor.score if anchor else None
        ties, edge = find_candidates(
            source, runs, read.scrubber, bounds, older, enough, uncounted
        )
        found = self._members(test_id, ties, anchor, older, enough)[skipped:]
        is_begun = offset > 0 or _is_begun(source, asked, anchor)
        walked = Walked(found[:limit], len(found) > limit, is_begun, read)
        page = self._shown_page(test_id, asked, walked)
        return self._completed(test_id, asked, page, source, edge, walked)

    def _start(
        self, source: RunSource, asked: RunQuestion, anchor: Anchor | None, offset: int
    ) -> tuple[tuple[str, str], int]:
        """The bounds to look in, and how many runs to leave out from there on."""
        bounds, older = asked.ahead, asked.walks_older
        if anchor:
            here = repr(anchor.score)
            return ((bounds[0], here) if older else (here, bounds[1])), 0
        if not offset:
            return bounds, 0
        outcomes = outcomes_of(asked.runs)
        first, *_ = source.stretch(outcomes, bounds, older, offset, 1)
        if not first:
            return ("inf", "-inf"), 0
        here = repr(first[0][1])
        before = (f"({here}", bounds[1]) if older else (bounds[0], f"({here}")
        skipped = offset - source.count(outcomes, before)
        return ((bounds[0], here) if older else (here, bounds[1])), max(0, skipped)

    def _completed(
        self,
        test_id: str,
        asked: RunQuestion,
        page: Page[Run],
        source: RunSource,
        edge: float | None,
        walked: Walked,
    ) -> Page[Run]:
        if edge is not None and not walked.is_more:
            beyond = Position(edge, ALL_OF_TIME, UNREAD)
            page = (
                replace(page, previous=beyond)
                if asked.is_back
                else replace(page, next=beyond)
            )
        if not asked.runs.needs_facts:
            outcomes = outcomes_of(asked.runs)
            page = replace(page, total=source.count(outcomes, asked.scores.words))
        if walked.read.replies and not walked.read.replies[0]:
            page = replace(page, data_from=self._data_from(test_id, asked.scores))
        return page

    def _kept_before(self, test_id: str, asked: RunQuestion) -> list[Command]:
        """How many members lie before the range, where it has a beginning."""
        if asked.within is None or asked.within.start is None:
            return []
        low = asked.scores.words[0]
        return [("ZCOUNT", self.keys.results(test_id), "-inf", f"({low}")]


def _is_begun(source: RunSource, asked: RunQuestion, anchor: Anchor | None) -> bool:
    """Whether runs that are asked for were passed."""
    if asked.behind is None:
        return False
    if anchor and (anchor.is_there or (anchor.above and asked.walks_older)):
        return True
    return source.count(outcomes_of(asked.runs), asked.behind) > 0
