"""Who listens to all tests, or to several, and the one reader that serves them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator

from django_eventstream.views import Listener

from results.live.asking import Asking
from results.live.channels import deregister, register, wake
from results.live.connecting import new_reader
from results.live.everything.follower import Follower
from results.live.everything.merged_log import MergedLog
from results.live.everything.pages import Pages
from results.live.everything.ring import Chosen, Ring
from results.live.measures import HubMetrics
from results.live.supervised import Supervised

# Under which all these listeners are registered and counted.
ALL_TESTS = ""


class Room(Supervised):
    """Follows the streams of all tests while somebody listens; else it has no task and
    holds no connection."""

    def __init__(
        self,
        asking: Callable[[], Asking],
        metrics: HubMetrics,
        at_rest: Callable[[], None],
        in_use: Callable[[], contextlib.AbstractContextManager[None]],
    ) -> None:
        super().__init__(metrics, at_rest)
        self._asking = asking
        self._changed = asyncio.Event()
        self._listeners = 0
        # Tests that a listener names are followed, also where no index lists them.
        self._named: Counter[str] = Counter()
        self._log = MergedLog(asking)
        self.pages = Pages(self._log, in_use)
        self._begin_anew()

    @property
    def is_needed(self) -> bool:
        return self._listeners > 0

    @contextlib.contextmanager
    def listening(self, chosen: Chosen) -> Iterator[Listener]:
        """Register a listener, before it reads anything, and forget it in the end."""
        self._join(chosen, 1)
        listener = register(ALL_TESTS)
        try:
            yield listener
        finally:
            deregister(listener)
            self._join(chosen, -1)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        # One entry is enough to be woken by: what is sent is read at one moment.
        reader = new_reader(self._asking(), entries=1)
        try:
            while self.is_needed:
                await self.attempt(
                    lambda: self._follower.turn(
                        reader,
                        frozenset(self._named),
                        self._changed,
                        lambda: wake([ALL_TESTS], loop),
                    )
                )
        finally:
            if not self.is_needed:
                self._begin_anew()
            await reader.close()

    def _begin_anew(self) -> None:
        self.ring = Ring()
        self._follower = Follower(self._log, self.ring, self._metrics)

    def _join(self, chosen: Chosen, change: int) -> None:
        self._listeners += change
        before = set(self._named)
        for test_id in chosen or ():
            self._named[test_id] += change
        self._named = +self._named
        if not self._listeners or set(self._named) != before:
            self._changed.set()
        self.ensure_running()
