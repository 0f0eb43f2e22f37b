"""The hub, as those see it who read the entries of several tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from results.live.everything.pages import Page
from results.live.everything.ring import Chosen, Place, Ring
from results.live.everything.starting import Wanted
from results.live.hub import Hub, current_hub


@dataclass(frozen=True, slots=True)
class HubSource:
    """Raises `UnreadableKey`, redis-py's errors and `OSError`."""

    hub: Hub

    @classmethod
    def current(cls) -> Self:
        """Over the hub of the running loop."""
        return cls(current_hub())

    @property
    def ring(self) -> Ring:
        return self.hub.everything.ring

    async def locate(self, chosen: Chosen, wanted: Wanted) -> Place:
        """Where a listener starts; raises `UnknownTests`, too."""
        with self.hub.in_use():
            return await self.hub.everything.pages.locate(chosen, wanted)

    async def page(self, place: Place, chosen: Chosen) -> Page:
        """What lies behind a place that the ring does not reach back to."""
        with self.hub.in_use():
            return await self.hub.everything.pages.after(place, chosen)

    def count_resets(self, reasons: Iterable[str]) -> None:
        self.hub.metrics.resets.update(reasons)
