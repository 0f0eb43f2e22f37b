"""The turns of the one reader: wait, read all streams at one moment, merge, keep."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection

from results.live.cursors import Cursor, parse_cursor
from results.live.everything.hiding import Hiding
from results.live.everything.merged_log import MergedLog, Reading
from results.live.everything.merging import Merged, merge
from results.live.everything.pages import encoded
from results.live.everything.ring import Frame, Ring
from results.live.everything.spot import spot_before
from results.live.everything.waiting import Waiting
from results.live.following import PAUSE_A_STREAM_SECONDS
from results.live.frames import StoredEntry
from results.live.loss import loss_at
from results.live.measures import HubMetrics
from results.live.reader import Reader


class Follower:
    """Fills the ring. Raises redis-py's errors and `OSError`: a turn that failed is
    simply taken again, as the ring moves on at its very end."""

    def __init__(self, log: MergedLog, ring: Ring, metrics: HubMetrics) -> None:
        self._log = log
        self._hiding = Hiding()
        self._ring = ring
        self._metrics = metrics
        # The last entry of each stream that is behind the ring's cursor.
        self._anchors: dict[str, Cursor] = {}
        self._waiting = Waiting()
        self._lost: dict[str, str] = {}

    async def turn(
        self,
        reader: Reader,
        named: Collection[str],
        changed: asyncio.Event,
        wake: Callable[[], None],
    ) -> None:
        """Wait for entries, at most 1 s or until `changed` is set, and keep them.
        `named` are tests to follow whether they are in the index or not."""
        changed.clear()
        if not self._ring.is_started:
            await self._start(named)
            wake()
        if self._ring.include(named):
            wake()
        tests = self._log.membership.tests(None, named)
        expected = await self._waiting.until_due(reader, self._cursors(tests), changed)
        anchors = {i: at for i, at in self._anchors.items() if i in expected}
        reading = await self._log.read(self._ring.cursor, None, named, anchors)
        if await self._take(reading, expected):
            wake()
        await asyncio.sleep(PAUSE_A_STREAM_SECONDS * len(tests))

    async def _start(self, named: Collection[str]) -> None:
        start = spot_before(Cursor(await self._log.now(), 0))
        tests = self._log.membership.tests(None, named)
        last = await self._log.newest(tests, start.cursor_in, 1)
        self._anchors = {i: _last_id(stored) for i, stored in last.items() if stored}
        self._ring.start(start)

    def _cursors(self, tests: list[str]) -> dict[str, tuple[bytes, str]]:
        keys, spot = self._log.asking.keys, self._ring.cursor
        return {i: (keys.events(i).encode(), str(spot.cursor_in(i))) for i in tests}

    async def _take(self, reading: Reading, expected: set[str]) -> bool:
        """Keep what may go out; whether there was something."""
        # What came without being expected has to wait for a look at its anchor.
        barred = {i for i in reading.found if i in self._anchors and i not in expected}
        merged = merge(reading.found, reading.now_ms, reading.cut - barred, barred)
        scrubbers = await self._hiding.scrubbers(
            self._log.details, merged.entries, reading.now_ms
        )
        moving = {spot.test_id for spot, _ in merged.entries}
        lost = self._lost | await self._losses(reading.missing & moving)
        frames = encoded(merged.entries, scrubbers)
        self._ring.append(_marked(frames, lost), merged.passed)
        self._lost = lost
        self._count(merged)
        self._waiting.plan(merged, reading.now_ms, reading.cut)
        return bool(frames)

    async def _losses(self, missing: set[str]) -> dict[str, str]:
        infos = await self._log.details.infos(missing) if missing else {}
        return {i: loss_at(self._anchors[i], info).reason for i, info in infos.items()}

    def _count(self, merged: Merged) -> None:
        self._anchors |= {spot.test_id: spot.cursor for spot, _ in merged.entries}
        self._metrics.entries += len(merged.entries)
        if merged.entries:
            newest_ms = merged.entries[-1][0].cursor.ms
            self._metrics.lag_ms = time.time() * 1000 - newest_ms


def _marked(frames: list[Frame], lost: dict[str, str]) -> list[Frame]:
    """Each loss, taken out of `lost`, before the first frame of its test."""
    return [frame._replace(lost=lost.pop(frame.spot.test_id, "")) for frame in frames]


def _last_id(stored: list[StoredEntry]) -> Cursor:
    return parse_cursor(stored[-1][0].decode())
