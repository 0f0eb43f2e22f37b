"""Limit/offset paging over a `History`: one trip for count and page.

Stock DRF clamps a bad limit in silence; here `view.query` has refused it already.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response

from results.codec.times import to_text
from results.domain import Page
from results.history import History


class HistoryPagination(LimitOffsetPagination):
    """The envelope `{test_id, <items_key>, total, limit, offset}`, and `skipped`.

    `skipped` is present when this page left out unreadable members; such a page is
    shorter than `limit`, and the next offset is always offset + limit.
    """

    items_key: ClassVar[str]
    shown: ClassVar[tuple[str, ...]] = ("test_id", "total", "limit", "offset")

    def paginate_queryset(  # type: ignore[override]  # a History, never a QuerySet
        self, queryset: History[Any], request: Request, view: Any = None
    ) -> list[Any]:
        self.request, self.test_id = request, view.kwargs.get("test_id")
        self.limit, self.offset = view.query["limit"], view.query["offset"]
        self.page: Page[Any] = queryset.page(self.offset, self.limit)
        self.count = self.total = self.page.total
        self.display_page_controls = (self.count or 0) > self.limit
        return self.page.items

    def get_paginated_response(self, data: list[Any]) -> Response:
        around = {key: getattr(self, key) for key in self.shown}
        body = {"test_id": around.pop("test_id")} if "test_id" in around else {}
        body |= {self.items_key: data} | around
        if self.page.skipped:
            body["skipped"] = self.page.skipped
        return Response(body)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        number = {"type": "integer", "minimum": 0}
        described = {
            "test_id": {"type": "string"},
            self.items_key: schema,
            "total": number
            | {"description": "Stored members, unreadable ones included."},
            "limit": number | {"minimum": 1},
            "offset": number,
        }
        shown = [key for key in described if key in (*self.shown, self.items_key)]
        skipped = number | {"description": "Unreadable members of this page."}
        return {
            "type": "object",
            "required": shown,
            "properties": {key: described[key] for key in shown} | {"skipped": skipped},
        }

    def get_results(self, data: dict[str, Any]) -> list[Any]:
        """Where the items sit: the browsable page asks."""
        return list(data[self.items_key])

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """None here: the view's query serializer describes them, with bounds."""
        return []


class RangePagination(HistoryPagination):
    """With `data_from` where a range begins before the oldest of what is kept, which
    is called `oldest_kept`."""

    oldest_kept: ClassVar[str] = "time"

    def get_paginated_response(self, data: list[Any]) -> Response:
        response = super().get_paginated_response(data)
        if self.page.data_from:
            response.data["data_from"] = to_text(self.page.data_from)
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        found = super().get_paginated_response_schema(schema)
        said = f"The oldest kept {self.oldest_kept}, where the range begins before it."
        found["properties"]["data_from"] = {
            "type": "string",
            "format": "date-time",
            "description": said,
        }
        return found


class IncidentPagination(HistoryPagination):
    items_key = "incidents"


class TestPagination(HistoryPagination):
    """Without `limit` and `offset`: by default everything is on the page."""

    __test__ = False
    items_key = "tests"
    shown = ("total",)
