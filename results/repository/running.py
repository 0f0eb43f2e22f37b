"""Which tests run right now: the newest entry of the stream is young and not the last.

Asked about all tests at once, in the trip that reads what they are: by a script, for
10,000 replies of which nearly all are empty take a reader longer than the server.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from redis.exceptions import ResponseError

from results.codec import hashes, times
from results.codec.events import TERMINAL
from results.counted import CountedTests
from results.reading import checked, is_wrong_type
from results.repository import scripts
from results.repository.listed import ListedTests
from results.trip import Command, pipeline

SCRIPT = scripts.script("running")
# Nobody waits longer for the next event of a run.
YOUNG = timedelta(minutes=15)


class Running(ListedTests):
    """Reads what all tests are up to."""

    def present(self, now: datetime) -> tuple[CountedTests, frozenset[str]]:
        """What each test whose hash exists is up to, in no order; the ids of those
        that are running."""
        since = _least_id(now)
        asked = (self.keys.all_tests, self.keys.events(""), since)
        script: Command = ("EVAL_RO", SCRIPT, 1, *asked)
        along = [script] if scripts.may_run(self.client) else []
        listed, replies = self._listed_along(hashes.STATE, along)
        tests = hashes.decode_states(*listed)
        newest = self._scripted(replies)
        if newest is None:
            newest = self._looked_at(tests.ids, since)
        running = {test_id for test_id, kind in newest if kind not in TERMINAL}
        return tests, frozenset(running.intersection(tests.ids))

    def _scripted(self, replies: list[Any]) -> Iterable[tuple[str, bytes]] | None:
        """Ids of tests with a young entry, and its type; None without the script."""
        if not replies:
            return None
        (reply,) = replies
        if isinstance(reply, ResponseError) and not is_wrong_type(reply):
            scripts.refused(self.client)
            return None
        flat = checked(reply)
        return zip((i.decode("latin-1") for i in flat[::2]), flat[1::2], strict=True)

    def _looked_at(
        self, test_ids: Iterable[str], since: str
    ) -> Iterable[tuple[str, bytes]]:
        """The same, asked one by one in one trip."""
        ids = list(test_ids)
        asked: list[Command] = [
            ("XREVRANGE", self.keys.events(i), "+", since, "COUNT", 1) for i in ids
        ]
        for test_id, reply in zip(ids, pipeline(self.client, asked), strict=True):
            if not is_wrong_type(reply) and (found := checked(reply)):
                fields = found[0][1]
                yield test_id, dict(zip(fields[::2], fields[1::2], strict=True)).get(
                    b"type", b""
                )


def _least_id(now: datetime) -> str:
    """The first id of an entry under 15 minutes old."""
    return str(int(times.to_score(now - YOUNG) * 1000) + 1)
