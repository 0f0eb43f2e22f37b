"""Which streams there are: the tests of the index, and those that listeners name."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from results.keys import TEST_ID
from results.live.everything.ring import Chosen
from results.reading import is_wrong_type

logger = logging.getLogger(__name__)


class Membership:
    """The index as it was last read, and the tests whose events key is no stream."""

    def __init__(self) -> None:
        self._reply: frozenset[bytes] = frozenset()
        self._listed: frozenset[str] = frozenset()
        self._set_aside: frozenset[str] = frozenset()

    def tests(self, chosen: Chosen, named: Iterable[str] = ()) -> list[str]:
        """Those to read: the chosen ones, or all that are listed or named."""
        wanted = self._listed.union(named) if chosen is None else chosen
        return sorted(wanted - self._set_aside)

    def learn(self, reply: object) -> bool:
        """Take in what `SMEMBERS tests:all` said; whether that was news."""
        # An index of another type lists nothing, and must not end what is followed.
        members = frozenset() if is_wrong_type(reply) else frozenset(_bytes(reply))
        if members == self._reply:
            return False
        self._reply = members
        texts = (member.decode(errors="replace") for member in members)
        self._listed = frozenset(text for text in texts if TEST_ID.fullmatch(text))
        return True

    @property
    def left_out(self) -> list[str]:
        """The tests that were set aside."""
        return sorted(self._set_aside)

    def set_aside(self, test_ids: Iterable[str]) -> None:
        """Leave these out of the readings: their keys are no streams."""
        added = frozenset(test_ids) - self._set_aside
        for test_id in sorted(added):
            logger.error("the events of %s are no stream", test_id)
        self._set_aside |= added

    def take_back(self, test_ids: Iterable[str]) -> None:
        """Read these again: their keys may be streams by now."""
        self._set_aside -= frozenset(test_ids)


def _bytes(reply: object) -> Iterator[bytes]:
    if isinstance(reply, Exception):
        raise reply
    assert isinstance(reply, set | list)
    yield from reply
