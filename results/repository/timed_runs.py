"""Timing points of a range, and how their runs ended.

A point without a run id takes the outcome of the runs of its very time, if all of
those ended alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from results import unreadable
from results.analysis.asking import ScoreRange
from results.analysis.durations import OutcomePoint
from results.analysis.ranges import TimeRange
from results.codec import times, timing
from results.domain import Page, TimingPoint
from results.history import History
from results.repository.neighbours import NeighbourRuns
from results.repository.run_sources import NoIndex, RunSource
from results.trip import Command, Scored, scored

# A point and its stored score.
Pointed = tuple[TimingPoint, float]


class RangePoints(NamedTuple):
    """All points of a range, newest first; `skipped` could not be read."""

    points: list[OutcomePoint]
    skipped: int
    data_from: datetime | None


class TimedRuns(NeighbourRuns):
    """Reads timing points with outcomes."""

    def timing_outcomes(
        self, test_id: str, within: TimeRange | None, with_outcomes: bool = True
    ) -> History[OutcomePoint]:
        """Newest first; `total` counts the members of the range."""

        def fetch(offset: int, limit: int) -> Page[OutcomePoint]:
            total, older, members = self._timing(test_id, within, offset, limit)
            pointed = self._pointed(test_id, members)
            points = self._maybe_told(test_id, pointed, with_outcomes)
            data_from = self._timing_from(test_id, within, older)
            skipped = len(members) - len(points)
            return Page(points, total, skipped, data_from=data_from)

        return History(fetch)

    def range_points(
        self, test_id: str, within: TimeRange, with_outcomes: bool = True
    ) -> RangePoints:
        """Every point of a range: it costs what the range holds."""
        _, older, members = self._timing(test_id, within, 0, -1)
        pointed = self._pointed(test_id, members)
        points = self._maybe_told(test_id, pointed, with_outcomes)
        data_from = self._timing_from(test_id, within, older)
        return RangePoints(points, len(members) - len(points), data_from)

    def _timing(
        self, test_id: str, within: TimeRange | None, offset: int, limit: int
    ) -> tuple[int, int, list[Scored]]:
        """How many members the range has, how many are older, and some of them."""
        key = self.keys.timing(test_id)
        low, high = (ScoreRange.of(within) if within else ScoreRange()).words
        page = ("ZREVRANGEBYSCORE", key, high, low, "WITHSCORES", "LIMIT")
        asked: list[Command] = [
            ("ZCOUNT", key, low, high),
            ("ZCOUNT", key, "-inf", f"({low}"),
            (*page, offset, limit),
        ]
        total, older, members = self._read(test_id, asked).replies
        return total, older, scored(members)

    def _pointed(self, test_id: str, members: Sequence[Scored]) -> list[Pointed]:
        return unreadable.left_out(
            self.keys.timing(test_id),
            members,
            lambda pair: (timing.decode_member(*pair), pair[1]),
        )

    def _timing_from(
        self, test_id: str, within: TimeRange | None, older: int
    ) -> datetime | None:
        """The oldest kept time, for a range that begins before it."""
        if within is None or within.start is None or older:
            return None
        low, _ = ScoreRange.of(within).words
        oldest = ("ZRANGEBYSCORE", self.keys.timing(test_id), low, "+inf")
        limited = (*oldest, "WITHSCORES", "LIMIT", 0, 1)
        found = scored(self._read(test_id, [limited]).replies[0])
        return next((times.from_score(score) for _, score in found), None)

    def _maybe_told(
        self, test_id: str, pointed: Sequence[Pointed], with_outcomes: bool
    ) -> list[OutcomePoint]:
        if not pointed or not with_outcomes:
            return [OutcomePoint.of(point, None) for point, _ in pointed]
        try:
            return _told(pointed, self._index_source(test_id))
        except NoIndex:
            return _told(pointed, self._scan_source(test_id))


def _told(pointed: Sequence[Pointed], source: RunSource) -> list[OutcomePoint]:
    ids = list({point.run_id for point, _ in pointed if point.run_id is not None})
    scores = list({score for point, score in pointed if point.run_id is None})
    of_id, of_time = source.outcomes(ids), source.outcomes_at(scores)
    return [
        OutcomePoint.of(
            point,
            of_time.get(at) if point.run_id is None else of_id.get(point.run_id),
        )
        for point, at in pointed
    ]
