"""What must be hidden in the entries of many tests, read when it may have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from results.live.everything.spot import Spot
from results.live.feed import SCRUBBER_SECONDS
from results.live.frames import StoredEntry
from results.live.hub_log import HubLog
from results.scrub import Scrubber

Entries = Iterable[tuple[Spot, StoredEntry]]


class Hiding:
    """A scrubber for each test, none older than 10 s, none from before the run began
    whose entries it is for. Times are the server's, in milliseconds."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Scrubber, int]] = {}

    async def scrubbers(
        self, log: HubLog, entries: Entries, now_ms: int
    ) -> Mapping[str, Scrubber]:
        """For the tests of these entries, which were read when the clock showed
        `now_ms`. Raises redis-py's errors or `TimeoutError`."""
        began = _beginnings(entries)
        stale = [i for i, ms in began.items() if not self._is_fresh(i, ms, now_ms)]
        if stale:
            read = (await log.examine(stale, {})).scrubbers
            self._known |= {i: (scrubber, now_ms) for i, scrubber in read.items()}
        return {test_id: self._known[test_id][0] for test_id in began}

    def _is_fresh(self, test_id: str, began_ms: int, now_ms: int) -> bool:
        _, read_ms = self._known.get(test_id, (None, 0))
        return began_ms < read_ms <= now_ms < read_ms + SCRUBBER_SECONDS * 1000


def _beginnings(entries: Entries) -> dict[str, int]:
    """For each test when the newest run that these entries begin has begun, or 0:
    hidden values change between runs."""
    began: dict[str, int] = {}
    for spot, (_, fields) in entries:
        begins = fields.get(b"type") == b"plan_start"
        ms = spot.cursor.ms if begins else 0
        began[spot.test_id] = max(ms, began.get(spot.test_id, 0))
    return began
