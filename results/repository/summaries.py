"""Rows of the summary: two trips, one about all tests and one about those shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from results.analysis.expected import RECENT_RUNS
from results.analysis.observed import Observed
from results.analysis.overdue import Lateness, lateness
from results.analysis.ranges import TimeRange
from results.codec import hashes, times
from results.counted import CountedTests
from results.domain import CLOCK_SKEW, SyntheticTest, UnknownTest, UnreadableKey
from results.keys import Keys
from results.reading import checked, hash_commands, is_wrong_type, named, scrubber_of
from results.repository.along import Along
from results.repository.definitions import Definitions
from results.repository.latest import Latest
from results.repository.recalling import Seen, Wanted, Wants
from results.repository.running import Running
from results.repository.timelines import Timelines
from results.trip import Command, Packed

NOBODY = Lateness({}, {})


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
        self, test_ids: Sequence[str], now: datetime, ranges: Sequence[TimeRange]
    ) -> list[Glimpse]:
        """The tests, those that are gone by now left out; in one trip."""
        return self._glimpses(test_ids, NOBODY, now, ranges)[0]

    def glimpses_and_overdue(
        self,
        test_ids: Sequence[str],
        tests: CountedTests,
        now: datetime,
        ranges: Sequence[TimeRange],
    ) -> tuple[list[Glimpse], frozenset[str]]:
        """The same, and the ids of those of all tests that should have run by now; in
        the same trip."""
        return self._glimpses(test_ids, lateness(tests, now), now, ranges)

    def overdue(self, tests: CountedTests, now: datetime) -> frozenset[str]:
        """The ids of those that should have run by now; a trip only where there are
        tests that look like it."""
        return self._glimpses((), lateness(tests, now), now, ())[1]

    def _glimpses(
        self,
        test_ids: Sequence[str],
        late: Lateness,
        now: datetime,
        ranges: Sequence[TimeRange],
    ) -> tuple[list[Glimpse], frozenset[str]]:
        shown = frozenset(test_ids)

        def wants(test_id: str) -> Wanted:
            if test_id not in shown:
                return Wanted()
            return Wanted(ranges, [_glimpse(self.keys, test_id)])

        asked = list(dict.fromkeys([*test_ids, *late.unsure]))
        along = Along(_counts_since(self.keys, late.late, now))
        found = self._readable(asked, now, wants, along)
        timelines = {
            i: observed.timeline
            for i in late.unsure
            if (observed := found[i].observed) is not None
        }
        ran = _counted(late.late, along.replies(self.client))
        glimpses = list(self._glimpsed(test_ids, found))
        return glimpses, late.told(ran, timelines, now)

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
        found = self._readable([*test_ids], now, self._wants_points)
        return {
            i: Latest(self.keys.timing(i), seen.further[0]).durations(
                seen.observed.newest
            )
            for i, seen in found.items()
            if seen.observed
        }

    def newest_durations(self, test_id: str, now: datetime) -> Sequence[int | float]:
        """Of one test: `Glimpse.durations`.

        Raises `UnknownTest`, `UnreadableKey`, `IndexBuilding`.
        """
        observed, further = self._seen([test_id], now, self._wants_points)[test_id]
        if observed is None:
            raise UnknownTest(test_id)
        latest = Latest(self.keys.timing(test_id), checked(further[0]))
        return latest.durations(observed.newest)

    def _wants_points(self, test_id: str) -> Wanted:
        return Wanted((), [_newest_points(self.keys, test_id)])

    def _readable(
        self,
        test_ids: Sequence[str],
        now: datetime,
        wants: Wants,
        along: Along | None = None,
    ) -> Mapping[str, Seen]:
        """Each test; one by one where the runs of one of them cannot be read."""
        try:
            return self._seen(test_ids, now, wants, along)
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


def _counts_since(
    keys: Keys, late: Mapping[str, datetime], now: datetime
) -> list[Command]:
    """Ask of each test how many runs are stored since then, and none beyond the clock
    skew. A record that nobody can read tells as well that somebody wrote it."""
    end = repr(times.to_score(now + CLOCK_SKEW))
    starts = {limit: repr(times.to_score(limit)) for limit in set(late.values())}
    return [
        ("ZCOUNT", keys.results(test_id), starts[limit], end)
        for test_id, limit in late.items()
    ]


def _counted(test_ids: Iterable[str], replies: Sequence[Any]) -> set[str]:
    """Those with a run; not those whose runs are of another type."""
    found = zip(test_ids, replies, strict=True)
    return {i for i, n in found if n and not is_wrong_type(n) and checked(n)}
