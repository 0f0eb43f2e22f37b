"""A task that runs while it is needed; one that dies is logged, counted, replaced."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from redis.exceptions import RedisError

from results.live.measures import HubMetrics

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0


class Supervised:
    """What keeps a reader going: subclasses say when, and what one life of it does."""

    def __init__(self, metrics: HubMetrics, at_rest: Callable[[], None]) -> None:
        """`at_rest` is called when the task has ended and is not needed any more."""
        self._metrics = metrics
        self._at_rest = at_rest
        self._task: asyncio.Task[None] | None = None
        self._failures = 0

    @property
    def is_needed(self) -> bool:
        raise NotImplementedError

    async def run(self) -> None:
        """Take turns while it is needed."""
        raise NotImplementedError

    @property
    def is_limping(self) -> bool:
        """Whether somebody listens and the reader does not read."""
        return self.is_needed and (self._task is None or self._failures > 0)

    @property
    def is_resting(self) -> bool:
        """Whether nothing of it is left running."""
        return self._task is None

    def ensure_running(self) -> None:
        if self._task is None and self.is_needed:
            self._task = asyncio.get_running_loop().create_task(self.run())
            self._task.add_done_callback(self._ended)

    async def attempt(self, turn: Callable[[], Awaitable[None]]) -> None:
        """One turn; where the store fails it, a pause, twice as long each time."""
        try:
            await turn()
        except (RedisError, OSError) as failure:
            if not self._failures:
                self._metrics.outages += 1
                logger.warning("the live feed lost its store: %s", failure)
            await asyncio.sleep(self._pause())
        else:
            if self._failures:
                logger.warning("the live feed reads its store again")
            self._failures = 0

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Nobody listens any more, or the task was killed: then there is another."""
        self._task = None
        failure = None if task.cancelled() else task.exception()
        if task.cancelled() or failure:
            self._metrics.restarts += 1
            logger.error("the live feed's reader was ended", exc_info=failure)
            # Not at once: a loop that is closing cancels its tasks, too.
            asyncio.get_running_loop().call_later(self._pause(), self.ensure_running)
        else:
            self.ensure_running()
        if self._task is None:
            self._at_rest()

    def _pause(self) -> float:
        """Seconds to wait before the next attempt, twice as long each time."""
        self._failures += 1
        pause = FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures - 1, 10)
        return min(pause, LONGEST_PAUSE_SECONDS)
