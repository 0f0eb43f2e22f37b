"""Where a listener to several tests is, and how it gets on without gap or repeat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from results.live.everything.pages import Page
from results.live.everything.ring import Chosen, News, Place, Ring, reset
from results.live.everything.starting import Wanted


class Source(Protocol):
    """Where it reads: the hub."""

    @property
    def ring(self) -> Ring: ...

    async def locate(self, chosen: Chosen, wanted: Wanted) -> Place: ...

    async def page(self, place: Place, chosen: Chosen) -> Page: ...

    def count_resets(self, reasons: Iterable[str]) -> None: ...


class MergedProgress:
    """Reads behind its place from Redis, until the ring reaches back to it.

    A page ends where all that the clock has passed is read; the ring has what lies
    above its floor, or will have it: wherever one ends the other goes on, and only
    entries behind the place are ever sent.
    """

    def __init__(
        self, source: Source, chosen: Chosen, wanted: Wanted, place: Place | None
    ) -> None:
        """`place` is where it starts, if that was asked already."""
        self._source = source
        self._chosen = chosen
        self._wanted = wanted
        self._place = place

    async def news(self) -> News | None:
        """What to send next, not always all there is; None when there is none yet.

        Raises `UnknownTests` at the first reading, `UnreadableKey`, redis-py's errors
        and `OSError`; the place stays, and may be asked again.
        """
        place = self._place or await self._source.locate(self._chosen, self._wanted)
        self._place = place
        while not (news := told(place) or self._from_ring(place)):
            page = await self._source.page(place, self._chosen)
            place = self._place = page.news.place
            if page.news.entries:
                return self._sent(page.news)
            if not page.is_rest and not self._source.ring.follows(self._chosen):
                return None
        self._sent(news)
        return news if news.data else None

    def _from_ring(self, place: Place) -> News | None:
        """None where the ring does not reach back to it."""
        ring = self._source.ring
        while ring.reaches(place.spot, self._chosen):
            news = ring.after(place, self._chosen)
            if news.data or not news.is_more:
                return news
            place = news.place
        return None

    def _sent(self, news: News) -> News:
        self._place = news.place
        self._source.count_resets(news.losses)
        return news


def told(place: Place) -> News | None:
    """The `reset` that is due at the place."""
    loss = place.loss
    if loss is None:
        return None
    return News(reset(loss), 0, Place(loss.start, loss.start), (loss.reason,))
