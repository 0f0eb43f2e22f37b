"""The turns of the one reader: wait, read all streams at one moment, merge, keep."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection

from redis.exceptions import ResponseError

from results.live.cursors import Cursor, parse_cursor
from results.live.everything.hiding import Hiding
from results.live.everything.merged_log import MergedLog, Reading
from results.live.everything.merging import Merged, merge
from results.live.everything.pages import encoded
from results.live.everything.ring import Frame, Ring
from results.live.everything.spot import spot_before
from results.live.following import PAUSE_A_STREAM_SECONDS
from results.live.frames import StoredEntry
from results.live.loss import loss_at
from results.live.measures import HubMetrics
from results.live.reader import BlockingReader
from results.reading import is_wrong_type

# The index is read at least so often, for tests that appear.
IDLE_SECONDS = 1.0
# Entries that the clock passes so soon are waited for; others are ahead of it.
SOON_MS = 50
MILLISECOND = 0.001


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
        # What was read and had to wait, by stream: where it is read to.
        self._seen: dict[str, Cursor] = {}
        self._pause_ms: int | None = None
        self._lost: dict[str, str] = {}

    async def turn(
        self,
        reader: BlockingReader,
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
        tests = self._log.membership.tests(None, named)
        expected = await self._wait(reader, tests, changed)
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

    async def _wait(
        self, reader: BlockingReader, tests: list[str], changed: asyncio.Event
    ) -> set[str]:
        """The tests whose streams have something, as far as is known."""
        if self._pause_ms is not None:
            await asyncio.sleep(self._pause_ms / 1000)
            return set(self._seen)
        keys = {self._log.asking.keys.events(i).encode(): i for i in tests}
        cursors = {key: str(self._read_to(i)) for key, i in keys.items()}
        woken = await _woken(reader, cursors, changed)
        return {keys[key] for key in woken} | set(self._seen)

    def _read_to(self, test_id: str) -> Cursor:
        cursor = self._ring.cursor.cursor_in(test_id)
        return max(cursor, self._seen.get(test_id, cursor))

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
        self._plan(merged, reading)
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

    def _plan(self, merged: Merged, reading: Reading) -> None:
        """When to read again without waiting for anything new, and what to expect."""
        waiting = {spot.test_id for spot in merged.left} | reading.cut
        self._seen = {i: _last_id(reading.found[i]) for i in waiting}
        self._pause_ms = None
        if merged.is_rest:
            self._pause_ms = 0
        elif merged.left:
            passes_in = max(merged.left[0].cursor.ms + 1 - reading.now_ms, 1)
            self._pause_ms = passes_in if passes_in <= SOON_MS else None


async def _woken(
    reader: BlockingReader, cursors: dict[bytes, str], changed: asyncio.Event
) -> list[bytes]:
    if not cursors:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):
                await changed.wait()
        return []
    try:
        batches = await reader.read(cursors, changed, IDLE_SECONDS)
    except ResponseError as refusal:
        # One key that is no stream; the reading sets it aside.
        if not is_wrong_type(refusal):
            raise
        return []
    if batches:
        # The clock has to pass the millisecond in which they came.
        await asyncio.sleep(MILLISECOND)
    return [key for key, _ in batches]


def _marked(frames: list[Frame], lost: dict[str, str]) -> list[Frame]:
    """Each loss, taken out of `lost`, before the first frame of its test."""
    return [frame._replace(lost=lost.pop(frame.spot.test_id, "")) for frame in frames]


def _last_id(stored: list[StoredEntry]) -> Cursor:
    return parse_cursor(stored[-1][0].decode())
