"""Timelines of tests: one trip for many, where their indexes and heads are known.

What a timeline folds is remembered by the process (`run_index.remembered`), so that
a trip brings what is new. Where no index answers, the records do: equal, at the price
of the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from results import scanning
from results.analysis.expected import RECENT_RUNS
from results.analysis.observed import Observed, counted, timeline_of
from results.analysis.ranges import TimeRange
from results.codec import times
from results.domain import CLOCK_SKEW, UnknownTest, UnknownTests
from results.reading import read_many
from results.repository.along import Along
from results.repository.recalling import Recalling, Seen, Wanted, Wants
from results.run_index.use import REFUSALS
from results.trip import flat


class Timelines(Recalling):
    """Reads how the states of tests went."""

    def timeline(
        self, test_id: str, now: datetime, ranges: Sequence[TimeRange] = ()
    ) -> Observed:
        """The whole timeline of a test, and the runs of these ranges, as of one moment.

        Raises `UnknownTest`, `UnreadableKey`, `IndexBuilding`.
        """
        wanted = Wanted(ranges)
        observed = self._seen([test_id], now, lambda _: wanted)[test_id].observed
        if observed is None:
            raise UnknownTest(test_id)
        return observed

    def timelines(
        self, test_ids: Iterable[str], now: datetime, ranges: Sequence[TimeRange] = ()
    ) -> list[Observed]:
        """Those of several tests, each as of one moment, in the order of their ids.

        Raises `UnknownTests`, `UnreadableKey`, `IndexBuilding`.
        """
        wanted = Wanted(ranges)
        found = self._seen(sorted(set(test_ids)), now, lambda _: wanted)
        unknown = [i for i, seen in found.items() if seen.observed is None]
        if unknown:
            raise UnknownTests(*unknown)
        return [seen.observed for seen in found.values() if seen.observed]

    def _seen(
        self,
        test_ids: Sequence[str],
        now: datetime,
        wants: Wants,
        along: Along | None = None,
    ) -> dict[str, Seen]:
        """Each test, in the given order."""
        end, found = times.to_score(now + CLOCK_SKEW), {}
        if self.index.is_usable:
            try:
                found = self._recalled(test_ids, end, wants, along or Along())
            except REFUSALS as refusal:
                self.index.refused(refusal)
        return {
            test_id: found.get(test_id) or self._scanned(test_id, now, wants(test_id))
            for test_id in test_ids
        }

    def _scanned(self, test_id: str, now: datetime, wanted: Wanted) -> Seen:
        """The test by its records; nothing where it is unknown."""
        try:
            answer = self._read(test_id, (), ("schedule",))
            members = self._scan(test_id)[1]
        except UnknownTest:
            return Seen(None, [])
        key, end = self.keys.results(test_id), now + CLOCK_SKEW
        points = scanning.points_in(key, members, end)
        stored = answer.stored
        raw = None if isinstance(stored, Exception) else stored["schedule"]
        schedule = None if raw is None else raw.decode(errors="replace")
        newest = tuple(points[-RECENT_RUNS:])
        line, counts = timeline_of(points, schedule), counted(points, wanted.ranges)
        observed = Observed(test_id, line, tuple(counts), newest)
        return Seen(observed, self._further(wanted))

    def _further(self, wanted: Wanted) -> list[Any]:
        """The replies to what else is wanted of a test; errors about types are some."""
        ((_, replies),) = read_many(self.client, [""], lambda _: flat(wanted.further))
        return replies
