"""Two kinds of view: a history, and a singleton. Anything more belongs elsewhere."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from results import metrics, pagination, parameters, serializers
from results.answering import ResultsViewSet
from results.cursor_pagination import RunPagination
from results.domain import (
    Dashboard,
    Incident,
    Run,
    SyntheticTest,
    Uptime,
    Window,
)
from results.exports.negotiated import Exportable
from results.history import History
from results.history_parameters import (
    RunPageQuery,
    is_plain,
    refuse_foreign_cursor,
    run_question,
)


class RunHistoryViewSet(Exportable, ListModelMixin, ResultsViewSet):
    """Run history of a test, newest first; ties keep one order over all pages."""

    export = "results"
    title = "Results"
    operation_id = "get_test_results"
    serializer_class = serializers.RunSerializer
    pagination_class = RunPagination
    query_serializer_class = RunPageQuery

    def get_serializer_class(self) -> type[serializers.OpenRecord]:
        is_summary = "fields" in getattr(self, "query", {})
        return serializers.RunSummarySerializer if is_summary else self.serializer_class

    def get_queryset(self) -> History[Run]:  # type: ignore[override]
        if is_plain(self.query):
            return self.repository.runs(self.test_id)
        refuse_foreign_cursor(self.test_id, self.query)
        asked = run_question(self.query, timezone.now())
        return self.repository.asked_runs(self.test_id, asked)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page that the client has is not even read."""
        if "HTTP_IF_NONE_MATCH" in request.META:
            self.mark = self.get_queryset().mark()
            if self.is_known(request, self.mark):
                return Response(status=status.HTTP_304_NOT_MODIFIED)
        response = super().list(request, *args, **kwargs)
        self.mark = self.paginator.page.mark  # type: ignore[union-attr]
        return response


class UptimeViewSet(RetrieveModelMixin, ResultsViewSet):
    """Share of runs passed in a window that ends now; its start is included."""

    title = "Uptime"
    operation_id = "get_test_uptime"
    serializer_class = serializers.UptimeSerializer
    query_serializer_class = parameters.UptimeQuery

    def get_object(self) -> Uptime:
        window = Window.trailing(self.query["hours"], timezone.now())
        runs = self.repository.window_runs(self.test_id, window)
        return metrics.uptime(self.test_id, window, runs)


class IncidentViewSet(ListModelMixin, ResultsViewSet):
    """Failed runs as the writer noted them, newest first."""

    title = "Incidents"
    operation_id = "get_test_incidents"
    serializer_class = serializers.IncidentSerializer
    pagination_class = pagination.IncidentPagination
    query_serializer_class = parameters.IncidentPageQuery

    def get_queryset(self) -> History[Incident]:  # type: ignore[override]
        return self.repository.incidents(self.test_id)


class DashboardViewSet(RetrieveModelMixin, ResultsViewSet):
    """Counts over all tests, and the five that ran last."""

    title = "Dashboard"
    operation_id = "get_dashboard"
    serializer_class = serializers.DashboardSerializer

    def get_object(self) -> Dashboard:
        now = timezone.now()
        tests, running = self.repository.present(now)
        recent = self.repository.recent_runs(metrics.recent_tests(tests))
        overdue = self.repository.overdue(tests, now)
        counts = metrics.totals(tests, len(overdue), len(running))
        return metrics.dashboard(tests, counts, recent, now)


class TestListViewSet(ListModelMixin, ResultsViewSet):
    """All tests, newest first; what is secret about a test is not among its fields."""

    __test__ = False
    title = "Tests"
    operation_id = "list_tests"
    tag = "tests"
    serializer_class = serializers.SyntheticTestSerializer
    pagination_class = pagination.TestPagination
    query_serializer_class = parameters.TestPageQuery

    def get_queryset(self) -> History[SyntheticTest]:  # type: ignore[override]
        if "q" not in self.query:
            return self.repository.newest_tests()
        listing = self.repository.tests()
        found = metrics.matching(listing.tests, self.query["q"])
        return History.over(metrics.newest_first(found), listing.skipped)


class TestViewSet(RetrieveModelMixin, ResultsViewSet):
    """One test; with data and no definition it has its id and nulls."""

    __test__ = False
    title = "Test"
    operation_id = "get_test"
    tag = "tests"
    serializer_class = serializers.SyntheticTestSerializer

    def get_object(self) -> SyntheticTest:
        return self.repository.test(self.test_id)
