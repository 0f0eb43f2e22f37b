"""How one process uses run indexes: whether at all, for how long, and what it knows."""

from __future__ import annotations

import logging
import time

from redis.exceptions import (
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
)

from results.domain import IndexBuilding
from results.run_index.head import Head
from results.run_index.remembered import Memories

logger = logging.getLogger(__name__)

AUTO, ON, OFF = MODES = ("auto", "on", "off")
# Our user may not read or write the keys, the server is a replica, or it is full.
REFUSALS = (NoPermissionError, ReadOnlyError, OutOfMemoryError)
# After a refusal the records answer for so long; then the index is tried again.
PAUSE_SECONDS = 60.0
# How long one request reads records for an index, or for want of one: what has been
# built stays, and there is time left to say so.
BUILD_SECONDS = 1.5
MOST_HEADS = 10_000


class IndexUse:
    """The mode, a pause after refusals, the heads that were seen last, and what is
    remembered of histories.

    A head that is out of date costs another trip, never a wrong answer.
    `build_seconds` are `BUILD_SECONDS` unless given.
    """

    def __init__(self, mode: str = AUTO, build_seconds: float | None = None) -> None:
        self.mode = mode
        self.build_seconds = BUILD_SECONDS if build_seconds is None else build_seconds
        self.memories = Memories()
        self._heads: dict[str, Head] = {}
        self._paused_until = 0.0

    @property
    def is_usable(self) -> bool:
        """Whether to look at an index at all, now."""
        return self.mode != OFF and time.monotonic() >= self._paused_until

    def refused(self, refusal: ResponseError) -> None:
        """Answer from the records for a while; `on` does not put up with that."""
        if self.mode == ON:
            raise refusal
        self._paused_until = time.monotonic() + PAUSE_SECONDS
        logger.warning(
            "no run index for %d s, reads take longer: %s",
            PAUSE_SECONDS,
            type(refusal).__name__,
        )

    def head(self, key: str) -> Head | None:
        """The head under the key as this process saw it last."""
        return self._heads.get(key)

    def saw(self, key: str, head: Head | None) -> None:
        """Remember the head for the next read."""
        if head is None:
            self._heads.pop(key, None)
            return
        if len(self._heads) >= MOST_HEADS:
            self._heads.clear()
        self._heads[key] = head


class Deadline:
    """The time that one request may spend on reading records."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def check(self) -> None:
        """Raise `IndexBuilding` when the time is over."""
        if time.monotonic() >= self._end:
            raise IndexBuilding("no time left for the run index")


def without_end() -> None:
    """For those who wait as long as it takes."""
