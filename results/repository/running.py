"""Which tests run right now: the newest entry of the stream is young and not the last.

Asked about all tests at once, in the trip that reads what they are: by a script, for
10,000 replies of which nearly all are empty take a reader longer than the server.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from redis.exceptions import ResponseError

from results.codec import hashes, times
from results.codec.events import TERMINAL
from results.counted import CountedTests
from results.reading import checked, is_wrong_type
from results.repository import scripts
from results.repository.listed import ListedTests
from results.trip import Command, Spread, pipeline

SCRIPT = scripts.script("running")
LAST = tuple(sorted(TERMINAL))
# Nobody waits longer for the next event of a run.
YOUNG = timedelta(minutes=15)


class Running(ListedTests):
    """Reads what all tests are up to."""

    def present(self, now: datetime) -> tuple[CountedTests, frozenset[str]]:
        """What each test whose hash exists is up to, in no order; the ids of those
        that are running."""
        since = _least_id(now)
        where = (self.keys.all_tests, *self.keys.events("*").split("*"))
        script: Command = ("EVAL_RO", SCRIPT, 1, *where, since, *LAST)
        # The streams are not its own keys: in a Cluster they may lie anywhere.
        may_run = scripts.may_run(self.client) and not isinstance(self.client, Spread)
        along = [script] if may_run else []
        listed, replies = self._listed_along(hashes.STATE, along)
        tests = hashes.decode_states(*listed)
        running = self._scripted(replies)
        if running is None:
            running = self._looked_at(tests.ids, since)
        return tests, frozenset(running).intersection(tests.ids)

    def _scripted(self, replies: list[Any]) -> Iterable[str] | None:
        """Ids of tests that run, listed or not; None without the script."""
        if not replies:
            return None
        (reply,) = replies
        if isinstance(reply, ResponseError) and not is_wrong_type(reply):
            scripts.refused(self.client)
            return None
        return [test_id.decode("latin-1") for test_id in checked(reply)]

    def _looked_at(self, test_ids: Sequence[str], since: str) -> Iterable[str]:
        """The same, asked one by one in one trip."""
        asked: list[Command] = [
            ("XREVRANGE", self.keys.events(test_id), "+", since, "COUNT", 1)
            for test_id in test_ids
        ]
        for test_id, reply in zip(test_ids, pipeline(self.client, asked), strict=True):
            if not is_wrong_type(reply) and (newest := checked(reply)):
                fields = newest[0][1]
                told = dict(zip(fields[::2], fields[1::2], strict=True))
                if told.get(b"type") not in TERMINAL:
                    yield test_id


def _least_id(now: datetime) -> str:
    """The first id of an entry under 15 minutes old."""
    return str(int(times.to_score(now - YOUNG) * 1000) + 1)
