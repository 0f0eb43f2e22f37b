"""Rows of the summary: two trips, one about all tests and one about those shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from results.analysis.expected import RECENT_RUNS
from results.analysis.observed import Observed
from results.analysis.overdue import lateness
from results.analysis.ranges import TimeRange
from results.analysis.timeline import Timeline
from results.codec import hashes
from results.counted import CountedTests
from results.domain import SyntheticTest, UnreadableKey
from results.keys import Keys
from results.reading import hash_commands, is_wrong_type, named, scrubber_of
from results.repository.definitions import Definitions
from results.repository.latest import Latest
from results.repository.recalling import Seen, Wanted, Wants
from results.repository.running import Running
from results.repository.timelines import Timelines
from results.trip import Command, Packed


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What was read of one test. `observed` is None where its runs cannot be read."""

    test: SyntheticTest
    observed: Observed | None
    latest: Latest

    @property
    def durations(self) -> Sequence[int | float]:
        """Milliseconds, ascending: those of its newest 50 runs that passed."""
        return self.latest.durations(self.observed.newest) if self.observed else ()


class Summaries(Definitions, Running, Timelines):
    """Reads what the summary shows."""

    def glimpses(
        self,
        test_ids: Sequence[str],
        unsure: Collection[str],
        now: datetime,
        ranges: Sequence[TimeRange],
    ) -> tuple[list[Glimpse], dict[str, Timeline]]:
        """The tests, those that are gone by now left out; and the timeline of each of
        the unsure ones whose runs can be read. In one trip."""
        shown = frozenset(test_ids)

        def wants(test_id: str) -> Wanted:
            if test_id not in shown:
                return Wanted()
            return Wanted(ranges, [_glimpse(self.keys, test_id)])

        asked = list(dict.fromkeys([*test_ids, *unsure]))
        found = self._readable(asked, now, wants)
        timelines = {
            i: observed.timeline
            for i in unsure
            if (observed := found[i].observed) is not None
        }
        return list(self._glimpsed(test_ids, found)), timelines

    def overdue(self, tests: CountedTests, now: datetime) -> frozenset[str]:
        """The ids of those that should have run by now; a trip only where there are
        tests without a valid cron or a time of their last run."""
        late = lateness(tests, now)
        if not late.unsure:
            return late.overdue
        timelines = self.glimpses((), late.unsure.keys(), now, ())[1]
        return late.told(timelines, now)

    def observed(
        self, test_ids: Iterable[str], now: datetime, ranges: Sequence[TimeRange]
    ) -> dict[str, Observed]:
        """Those of the tests whose runs can be read; in one trip for 500."""
        wanted = Wanted(ranges)
        found = self._readable([*test_ids], now, lambda _: wanted)
        return {i: seen.observed for i, seen in found.items() if seen.observed}

    def durations(
        self, test_ids: Iterable[str], now: datetime
    ) -> dict[str, Sequence[int | float]]:
        """Of the same tests: `Glimpse.durations`."""

        def wants(test_id: str) -> Wanted:
            return Wanted((), [_newest_points(self.keys, test_id)])

        found = self._readable([*test_ids], now, wants)
        return {
            i: Latest(self.keys.timing(i), seen.further[0]).durations(
                seen.observed.newest
            )
            for i, seen in found.items()
            if seen.observed
        }

    def _readable(
        self, test_ids: Sequence[str], now: datetime, wants: Wants
    ) -> Mapping[str, Seen]:
        """Each test; one by one where the runs of one of them cannot be read."""
        try:
            return self._seen(test_ids, now, wants)
        except UnreadableKey:
            return {test_id: self._one(test_id, now, wants) for test_id in test_ids}

    def _one(self, test_id: str, now: datetime, wants: Wants) -> Seen:
        try:
            return self._seen([test_id], now, wants)[test_id]
        except UnreadableKey:
            return Seen(None, self._further(wants(test_id)))

    def _glimpsed(
        self, test_ids: Sequence[str], found: Mapping[str, Seen]
    ) -> Iterable[Glimpse]:
        for test_id in test_ids:
            observed, further = found[test_id]
            if not further or is_wrong_type(further[0]):
                continue
            stored, former, reply = further
            scrubber = scrubber_of(stored, former, hashes.FIELDS)
            fields = named(stored, hashes.FIELDS)
            if isinstance(fields, Exception) or not any(fields.values()):
                continue
            test = hashes.decode_test(test_id, fields, scrubber)
            yield Glimpse(test, observed, Latest(self.keys.timing(test_id), reply))


@lru_cache(maxsize=4096)
def _glimpse(keys: Keys, test_id: str) -> Packed:
    hashed = hash_commands(keys, test_id, hashes.FIELDS)
    return Packed.of([*hashed, _newest_points(keys, test_id)])


def _newest_points(keys: Keys, test_id: str) -> Command:
    key, last = keys.timing(test_id), RECENT_RUNS - 1
    return ("ZREVRANGE", key, 0, last, "WITHSCORES")
