"""When the next reading is due: something new, a millisecond that passes, or a look."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

from redis.exceptions import ResponseError

from results.live.everything.merging import Merged
from results.live.reader import Reader
from results.reading import is_wrong_type

# The index is read at least so often, for tests that appear.
IDLE_SECONDS = 1.0
# What the clock passes so soon is waited for, without a look at anything else.
SOON_SECONDS = 0.05
MILLISECOND = 0.001


class Waiting:
    """What the last reading left, and the wait for more."""

    def __init__(self) -> None:
        # Tests of which something was read that has to wait.
        self._left: set[str] = set()
        self._due_in: float = 0.0

    def plan(self, merged: Merged, now_ms: int, cut: set[str]) -> None:
        """Take in a reading at `now_ms`."""
        self._left = {spot.test_id for spot in merged.left} | cut
        self._due_in = IDLE_SECONDS
        if merged.is_rest:
            self._due_in = 0.0
        elif merged.left:
            passed_ms = merged.left[0].cursor.ms + 1
            self._due_in = min(max(passed_ms - now_ms, 1) / 1000, IDLE_SECONDS)

    async def until_due(
        self,
        reader: Reader,
        cursors: Mapping[str, tuple[bytes, str]],
        changed: asyncio.Event,
    ) -> set[str]:
        """The tests whose streams have something, as far as is known. `cursors`: by
        test the key of its stream and where that is read to."""
        if self._due_in <= SOON_SECONDS:
            await asyncio.sleep(self._due_in)
            return self._left
        # What comes behind entries that are ahead of the clock has to wait with them.
        tests = {key: i for i, (key, _) in cursors.items() if i not in self._left}
        positions = {key: cursors[test_id][1] for key, test_id in tests.items()}
        woken = await _woken(reader, positions, changed, self._due_in)
        return {tests[key] for key in woken} | self._left


async def _woken(
    reader: Reader,
    cursors: Mapping[bytes, str],
    changed: asyncio.Event,
    seconds: float,
) -> list[bytes]:
    if not cursors:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await changed.wait()
        return []
    try:
        batches = await reader.read(cursors, changed, seconds)
    except ResponseError as refusal:
        # One key that is no stream; the reading sets it aside.
        if not is_wrong_type(refusal):
            raise
        return []
    if batches:
        # The clock has to pass the millisecond in which they came.
        await asyncio.sleep(MILLISECOND)
    return [key for key, _ in batches]
