"""What tests are: one, or all that are listed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime

from results.codec import hashes
from results.domain import Page, SyntheticTest, TestListing, UnreadableKey
from results.history import History
from results.reading import (
    hash_commands,
    is_wrong_type,
    named,
    read_many,
    scrubber_of,
)
from results.repository.listed import ListedTests
from results.scrub import Scrubber
from results.trip import Command


class Definitions(ListedTests):
    """Reads the hashes of tests; of what is secret about them nothing leaves."""

    def tests(self) -> TestListing:
        """Every test whose hash exists, in no order."""
        ids, _, skipped = self._listed(("id",))
        return TestListing(tuple(self._defined(ids)), skipped)

    def newest_tests(self) -> History[SyntheticTest]:
        """Every test whose hash exists: by `created_at`, those without one last.

        A page reads the definitions that it shows, and of all others this one time.
        """

        def fetch(offset: int, limit: int) -> Page[SyntheticTest]:
            listed, (column,), skipped = self._listed(("created_at",))
            created = zip(listed, map(hashes.decode_time, column), strict=True)
            ids = [test_id for test_id, _ in sorted(created, key=_newest_first)]
            shown = list(self._defined(ids[offset : offset + limit]))
            return Page(shown, len(ids), skipped)

        return History(fetch)

    def test(self, test_id: str) -> SyntheticTest:
        """One test; with data and no hash it has its id and nothing else."""
        answer = self._read(test_id, (), hashes.FIELDS)
        return self._decoded_test(test_id, answer.stored, answer.scrubber)

    def defined(self, test_ids: Iterable[str]) -> dict[str, SyntheticTest]:
        """These tests by id, as far as their hashes can be read; a trip for 500."""
        return {test.id: test for test in self._defined(test_ids)}

    def _defined(self, test_ids: Iterable[str]) -> Iterator[SyntheticTest]:
        """The tests; one whose key became another type since it was listed is out."""
        for test_id, replies in read_many(self.client, test_ids, self._hash_commands):
            stored, former = replies
            if not is_wrong_type(stored):
                scrubber = scrubber_of(stored, former, hashes.FIELDS)
                fields = named(stored, hashes.FIELDS)
                yield self._decoded_test(test_id, fields, scrubber)

    def _hash_commands(self, test_id: str) -> tuple[Command, Command]:
        return hash_commands(self.keys, test_id, hashes.FIELDS)

    def _decoded_test(
        self, test_id: str, stored: hashes.Hash | Exception, scrubber: Scrubber
    ) -> SyntheticTest:
        if isinstance(stored, Exception):
            raise UnreadableKey(self.keys.test(test_id))
        if not any(stored.values()):
            return SyntheticTest(test_id)
        return hashes.decode_test(test_id, stored, scrubber)


def _newest_first(created: tuple[str, datetime | None]) -> tuple[float, str]:
    """As `metrics.newest_first`: ties by id."""
    test_id, time = created
    return -time.timestamp() if time else math.inf, test_id
