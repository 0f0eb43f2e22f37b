"""What tests are: one, or all that are listed."""

from __future__ import annotations

from results.codec import hashes
from results.domain import SyntheticTest, TestListing, UnreadableKey
from results.keys import TEST_ID
from results.reading import (
    checked,
    hash_commands,
    is_wrong_type,
    named,
    read_many,
    scrubber_of,
)
from results.repository.asking import Asking
from results.scrub import Scrubber
from results.trip import Command, pipeline


class Definitions(Asking):
    """Reads the hashes of tests; of what is secret about them nothing leaves."""

    def tests(self) -> TestListing:
        """Every test whose hash exists, in no order."""
        (reply,) = pipeline(self.client, [("SMEMBERS", self.keys.all_tests)])
        members = checked(reply)
        ids = [m.decode() for m in members if TEST_ID.fullmatch(m.decode("latin-1"))]
        found, skipped = [], 0
        for test_id, replies in read_many(self.client, ids, self._listed_commands):
            exists, stored, former = replies
            if is_wrong_type(stored):
                skipped += 1
            elif exists:
                fields = named(stored, hashes.FIELDS)
                scrubber = scrubber_of(stored, former, hashes.FIELDS)
                found.append(self._decoded_test(test_id, fields, scrubber))
        return TestListing(tuple(found), skipped)

    def test(self, test_id: str) -> SyntheticTest:
        """One test; with data and no hash it has its id and nothing else."""
        answer = self._read(test_id, (), hashes.FIELDS)
        return self._decoded_test(test_id, answer.stored, answer.scrubber)

    def _listed_commands(self, test_id: str) -> list[Command]:
        exists: Command = ("EXISTS", self.keys.test(test_id))
        return [exists, *hash_commands(self.keys, test_id, hashes.FIELDS)]

    def _decoded_test(
        self, test_id: str, stored: hashes.Hash | Exception, scrubber: Scrubber
    ) -> SyntheticTest:
        if isinstance(stored, Exception):
            raise UnreadableKey(self.keys.test(test_id))
        if not any(stored.values()):
            return SyntheticTest(test_id)
        return hashes.decode_test(test_id, stored, scrubber)
