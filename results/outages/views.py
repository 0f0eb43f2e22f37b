"""The three views of outages: of one test, of all, and by cause."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request

from results.analysis.outage_causes import OutageGroup, ToldOutage
from results.answering import ResultsViewSet
from results.exports.kinds import KINDS
from results.exports.negotiated import Exportable
from results.exports.streaming import as_file
from results.exports.walking import all_items
from results.history import History
from results.moment import this_second
from results.outages import parameters, serializers, shapes
from results.pagination import RangePagination
from results.reliability.queries import UNKNOWN_TESTS


class OutagePagination(RangePagination):
    items_key = "outages"
    oldest_kept = "run"

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described: dict[str, Any] = super().get_paginated_response_schema(schema)
        known = described["properties"]
        known["total"]["description"] = "All that were asked for."
        if "test_id" in self.shown:
            del known["skipped"]
        else:
            del known["data_from"]
            known["skipped"]["description"] = "Tests that cannot be read."
        return described


class AllOutagesPagination(OutagePagination):
    page_name: str | None = "AllOutagesPage"
    shown = ("total", "limit", "offset")


class OutageGroupPagination(AllOutagesPagination):
    page_name = None
    items_key = "groups"


class OutageViewSet(Exportable, ListModelMixin, ResultsViewSet):
    """Outages of a test, newest first: failed runs in a row are one.

    An outage lasts from its first failed run to the first passing one, also where
    nothing ran for long; `down_s` is the part of it that is known to be down. A range
    finds whatever overlaps it, whole.
    """

    export = "outages"
    title = "Outages"
    operation_id = "get_test_outages"
    serializer_class = serializers.OutageSerializer
    pagination_class = OutagePagination
    query_serializer_class = parameters.OutageQuery

    def get_queryset(self) -> History[ToldOutage]:  # type: ignore[override]
        now = this_second()
        asked = parameters.question(self.query, now)
        return self.repository.outages(self.test_id, asked, now)


class AllOutagesViewSet(Exportable, ListModelMixin, ResultsViewSet):
    """Outages of all tests, or of some, newest first."""

    export = "outages"
    title = "All outages"
    operation_id = "list_outages"
    serializer_class = serializers.OutageSerializer
    pagination_class = AllOutagesPagination
    query_serializer_class = parameters.AllOutagesQuery
    further_responses = UNKNOWN_TESTS

    def get_queryset(self) -> History[ToldOutage]:  # type: ignore[override]
        now = this_second()
        asked = parameters.question(self.query, now)
        return self.repository.all_outages(self.query.get("tests"), asked, now)

    def _exported(self, request: Request, **path: Any) -> HttpResponseBase:
        """In the order of the list, and of all tests where none is named."""
        found = all_items(self.get_queryset(), lambda t: (t.test_id, t.outage.id))
        kind, form = KINDS[self.export], request.accepted_renderer.format
        return as_file(request, kind, form, map(shapes.outage, found), kind.name)


class OutageGroupViewSet(ListModelMixin, ResultsViewSet):
    """Outages by what caused them, those that were seen last first.

    Alike are outages whose first runs failed at the same step with the same error,
    but for ids, numbers, quoted text and the queries of URLs.
    """

    title = "Outage groups"
    operation_id = "list_outage_groups"
    serializer_class = serializers.OutageGroupSerializer
    pagination_class = OutageGroupPagination
    query_serializer_class = parameters.OutageGroupsQuery
    further_responses = UNKNOWN_TESTS

    def get_queryset(self) -> History[OutageGroup]:  # type: ignore[override]
        now = this_second()
        asked = parameters.question(self.query, now)
        return self.repository.outage_groups(self.query.get("tests"), asked, now)
