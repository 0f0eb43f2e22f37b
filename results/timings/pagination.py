"""The envelope of timing points."""

from __future__ import annotations

from results.pagination import RangePagination


class TimingPagination(RangePagination):
    items_key = "timing"
