"""The newest run of each of many tests, for the dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from results.codec import hashes, records
from results.counted import CountedTest
from results.domain import (
    CorruptMember,
    RecentRun,
    Run,
    SyntheticTest,
    UnknownTest,
    UnreadableKey,
)
from results.reading import hash_commands, is_wrong_type, named, read_many, scrubber_of
from results.repository.histories import Histories
from results.scrub import Scrubber
from results.trip import Command

# Where the newest run is unreadable, we look this far behind it.
READABLE_WITHIN = 20


class NewestRuns(Histories):
    """Reads the newest runs of tests."""

    def recent_runs(self, states: Iterable[CountedTest]) -> list[RecentRun]:
        """Each test with its newest readable run, without its further fields."""
        wanted = {state.id: state for state in states}
        found = []
        for test_id, replies in read_many(self.client, wanted, self._newest_commands):
            stored, former, members = replies
            scrubber = scrubber_of(stored, former, hashes.FIELDS)
            run = None
            if not is_wrong_type(members):
                run = self._newest_readable(test_id, members, scrubber)
            found.append(RecentRun(_shown(wanted[test_id], stored, scrubber), run))
        return found

    def _newest_commands(self, test_id: str) -> list[Command]:
        newest: Command = ("ZREVRANGE", self.keys.results(test_id), 0, 0)
        return [*hash_commands(self.keys, test_id, hashes.FIELDS), newest]

    def _newest_readable(
        self, test_id: str, members: list[bytes], scrubber: Scrubber
    ) -> Run | None:
        for member in members:
            try:
                return records.decode_run(member, scrubber, whole=False)
            except CorruptMember:
                return self._next_readable(test_id)
        return None

    def _next_readable(self, test_id: str) -> Run | None:
        try:
            return next(iter(self.runs(test_id)[:READABLE_WITHIN]), None)
        except (UnknownTest, UnreadableKey):
            return None  # gone, or replaced, since the first look


def _shown(state: CountedTest, stored: Any, scrubber: Scrubber) -> SyntheticTest:
    """The test, with the state that the others were compared by: it ran by now, or
    its hash is gone, since they were."""
    fields = named(stored, hashes.FIELDS)
    if isinstance(fields, Exception):
        shown = SyntheticTest(state.id)
    else:
        shown = hashes.decode_test(state.id, fields, scrubber)
    return replace(shown, last_result=state.last_result, last_run_at=state.last_run_at)
