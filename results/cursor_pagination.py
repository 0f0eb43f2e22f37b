"""Paging of runs by offset and by cursor: in one envelope, and as `Link` headers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.response import Response

from results.codec import cursors, times
from results.domain import Position
from results.history_parameters import is_plain, mark_of
from results.pagination import RangePagination

_PLAIN = re.compile(r"[\w.~%=+:-]*", re.ASCII)
_PLACES = ("cursor", "offset")


class RunPagination(RangePagination):
    """The envelope of a history, and the cursors of the neighbouring pages.

    `total` is null where only looking through all runs could tell it. `data_from` is
    the oldest kept time where a range begins before it.
    """

    items_key = "results"

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any]:
        items = super().paginate_queryset(queryset, request, view)
        page, self.is_plain = self.page, is_plain(view.query)
        self.is_from_cursor = "cursor" in view.query
        mark = mark_of(self.test_id, view.query) if page.next or page.previous else b""
        self.next = page.next and _text(page.next, False, mark)
        self.previous = page.previous and _text(page.previous, True, mark)
        return items

    def get_paginated_response(self, data: list[Any]) -> Response:
        body: dict[str, Any] = {
            "test_id": self.test_id,
            self.items_key: data,
            "total": self.total,
            "limit": self.limit,
            # How far a cursor is from the newest, only counting could tell.
            "offset": None if self.is_from_cursor else self.offset,
            "next_cursor": self.next,
            "previous_cursor": self.previous,
        }
        if self.page.skipped:
            body["skipped"] = self.page.skipped
        if self.page.data_from:
            body["data_from"] = times.to_text(self.page.data_from)
        headers = {"Link": self._links()} if self.next or self.previous else None
        return Response(body, headers=headers)

    def _links(self) -> str:
        """Relative to the host, so that they are right behind any proxy."""
        assert self.request is not None
        query = self.request.META.get("QUERY_STRING", "")
        path = f"{self.request.path}?{_without_place(query)}"
        named = (("next", self.next), ("prev", self.previous))
        return ", ".join(
            f'<{path}cursor={cursor}>; rel="{rel}"' for rel, cursor in named if cursor
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        found = super().get_paginated_response_schema(schema)
        number = found["properties"]["total"]
        total = {
            "type": ["integer", "null"],
            "minimum": 0,
            "description": f"{number['description']} With a filter, the runs that it "
            "finds; null where only looking through all of them could tell.",
        }
        offset = {
            "type": ["integer", "null"],
            "minimum": 0,
            "description": "Null where the page was asked for by a cursor.",
        }
        named = {
            f"{name}_cursor": {
                "type": ["string", "null"],
                "description": f"For the {name} page; null where there is none.",
            }
            for name in ("next", "previous")
        }
        last = {
            name: found["properties"].pop(name) for name in ("skipped", "data_from")
        }
        found["properties"] |= {"total": total, "offset": offset, **named, **last}
        found["required"] += list(named)
        return found


def _text(position: Position, is_back: bool, mark: bytes) -> str:
    return cursors.encode(cursors.Cursor(position, is_back, mark))


@lru_cache(maxsize=1024)
def _without_place(query: str) -> str:
    """The query, to be followed by a place: `limit=5&`, or nothing."""
    pairs = [(pair, pair.partition("=")[0]) for pair in query.split("&") if pair]
    if not all(_PLAIN.fullmatch(pair) and "%" not in name for pair, name in pairs):
        pairs = _encoded(QueryDict(query))
    return "".join(f"{pair}&" for pair, name in pairs if name not in _PLACES)


def _encoded(given: QueryDict) -> list[tuple[str, str]]:
    """Pairs as they should have been written, each with its name."""
    return [
        (urlencode({name: value}), name)
        for name in given
        for value in given.getlist(name)
    ]
