"""The newest run of each of many tests, for the dashboard."""

from __future__ import annotations

from collections.abc import Iterable

from results.codec import hashes, records
from results.domain import CorruptMember, Run, UnknownTest, UnreadableKey
from results.reading import hash_commands, is_wrong_type, read_many, scrubber_of
from results.repository.histories import Histories
from results.scrub import Scrubber
from results.trip import Command

# Where the newest run is unreadable, we look this far behind it.
READABLE_WITHIN = 20


class NewestRuns(Histories):
    """Reads the newest runs of tests."""

    def newest_runs(self, test_ids: Iterable[str]) -> dict[str, Run | None]:
        """The newest readable run of each test, without its further fields."""
        found: dict[str, Run | None] = {}
        for test_id, replies in read_many(self.client, test_ids, self._newest_commands):
            stored, former, members = replies
            if is_wrong_type(members):
                found[test_id] = None
                continue
            scrubber = scrubber_of(stored, former, hashes.SECRET)
            found[test_id] = self._newest_readable(test_id, members, scrubber)
        return found

    def _newest_commands(self, test_id: str) -> list[Command]:
        newest: Command = ("ZREVRANGE", self.keys.results(test_id), 0, 0)
        return [*hash_commands(self.keys, test_id, hashes.SECRET), newest]

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
