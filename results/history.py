"""A history: newest first, fetched by slice, and only when somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

from results.domain import Page

Item = TypeVar("Item")
CHUNK = 100


class History(Sequence[Item], Generic[Item]):
    """A lazy sequence over `fetch(offset, limit)`, one trip a page.

    Making one reads nothing. `page()` is the API's way: items, count and skipped in
    one trip. As a `Sequence` it counts and slices like a list; a slice is a list.
    Unreadable members are left out of slices, so one may be shorter than asked for.
    Known limit: between two pages a run may arrive, and shifts what follows by one.
    """

    def __init__(
        self,
        fetch: Callable[[int, int], Page[Item]],
        mark: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._fetch = fetch
        self._mark = mark

    @classmethod
    def over(cls, items: Sequence[Item], skipped: int = 0) -> History[Item]:
        """A history of what is in memory already; `skipped` of them were left out."""
        return cls(
            lambda o, limit: Page(list(items[o : o + limit]), len(items), skipped)
        )

    def page(self, offset: int, limit: int) -> Page[Item]:
        """Items from `offset` on, `limit` at most; `total` counts everything."""
        return self._fetch(offset, limit)

    def mark(self) -> str | None:
        """What marks a page now, without reading one; None where nothing does."""
        return self._mark()

    def __len__(self) -> int:
        return self._fetch(0, 0).total or 0

    @overload
    def __getitem__(self, index: int) -> Item: ...

    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...

    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        if isinstance(index, slice):
            return self._slice(index)
        place = index if index >= 0 else len(self) + index
        items = self._fetch(place, 1).items if place >= 0 else []
        if not items:
            raise IndexError("no readable item there")
        return items[0]

    def __reversed__(self) -> Iterator[Item]:
        return reversed(list(self))

    def _slice(self, index: slice) -> list[Item]:
        if index.step not in (None, 1) or (index.start or 0) < 0:
            return list(self)[index]
        start = index.start or 0
        if index.stop is None or index.stop < 0:
            stop = index.indices(len(self))[1]
        else:
            stop = index.stop
        return self._fetch(start, stop - start).items if stop > start else []

    def __iter__(self) -> Iterator[Item]:
        """In chunks, so that a long history is never in memory as a whole."""
        offset = 0
        while True:
            page = self._fetch(offset, CHUNK)
            yield from page.items
            offset += CHUNK
            if offset >= (page.total or 0):
                return
