"""The envelope of timing points."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from results.codec.times import to_text
from results.pagination import HistoryPagination


class TimingPagination(HistoryPagination):
    """With `data_from` where a range begins before the oldest kept point."""

    items_key = "timing"

    def get_paginated_response(self, data: list[Any]) -> Response:
        response = super().get_paginated_response(data)
        if self.page.data_from:
            response.data["data_from"] = to_text(self.page.data_from)
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        found = super().get_paginated_response_schema(schema)
        found["properties"]["data_from"] = {
            "type": "string",
            "format": "date-time",
            "description": "The oldest kept time, where the range begins before it.",
        }
        return found
