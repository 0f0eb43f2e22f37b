"""Page controls of a history: where this page is, and the way to its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from results.parameters import MAX_OFFSET

BY_TIME = ("Newest", "Newer", "Older", "Oldest")
BY_PLACE = ("First", "Previous", "Next", "Last")


@dataclass(frozen=True, slots=True)
class PageControls:
    """A sentence, and a query string a direction (None where there is nothing)."""

    position: str
    first: str | None = None
    previous: str | None = None
    next: str | None = None
    last: str | None = None
    names: tuple[str, str, str, str] = BY_TIME

    @property
    def is_needed(self) -> bool:
        """Whether there is any other page than this one."""
        return any((self.first, self.previous, self.next, self.last))


def page_controls(
    given: QueryDict, total: int, limit: int, offset: int
) -> PageControls:
    """Beyond the end, `previous` is the last page that holds something."""
    last = min(max(0, (total - 1) // limit * limit), MAX_OFFSET)
    following = offset + limit

    def query(place: int) -> str:
        changed = given.copy()
        changed["offset"] = str(place)
        return f"?{changed.urlencode()}"

    return PageControls(
        position=_position(total, limit, offset),
        first=query(0) if offset > 0 else None,
        previous=query(min(max(0, offset - limit), last)) if offset > 0 else None,
        next=query(following) if following < min(total, MAX_OFFSET + 1) else None,
        last=query(last) if following < total else None,
    )


def counted_controls(given: QueryDict, data: Any) -> PageControls | None:
    """Of an answer that says itself which page it is, in an order of its own; None
    where it says nothing of the kind."""
    counts = ("total", "limit", "offset")
    if not isinstance(data, Mapping) or not data.keys() >= set(counts):
        return None
    found = page_controls(given, *(data[name] for name in counts))
    return replace(found, names=BY_PLACE)


def cursor_controls(
    given: QueryDict, total: int | None, previous: str | None, following: str | None
) -> PageControls:
    """Of a page that no offset tells: from its cursors to the pages beside it."""

    def query(cursor: str | None) -> str | None:
        changed = given.copy()
        for name in ("cursor", "offset"):
            changed.pop(name, None)
        if cursor:
            changed["cursor"] = cursor
        return f"?{changed.urlencode()}"

    return PageControls(
        position="" if total is None else f"{total:,} in all",
        first=query(None) if "cursor" in given else None,
        previous=query(previous) if previous else None,
        next=query(following) if following else None,
    )


def _position(total: int, limit: int, offset: int) -> str:
    if not total:
        return "Nothing is stored yet."
    if offset >= total:
        return f"Nothing here: there are {total:,} in all."
    return f"{offset + 1:,} to {min(offset + limit, total):,} of {total:,}"
