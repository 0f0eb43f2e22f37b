"""The API's table of contents: one route a line."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path

from results import converters, viewsets  # noqa: F401  (converters register)
from results.access.views import LiveTokenView
from results.exports.views import ExportView, SeveralExportView
from results.live.everything.view import LiveAllViewSet
from results.live.view import LiveViewSet
from results.outages.views import (
    AllOutagesViewSet,
    OutageGroupViewSet,
    OutageViewSet,
)
from results.outlets.feed_views import TestFeedView
from results.pages import ApiRootView, UnmatchedView
from results.reliability import views as reliability
from results.run_detail.views import RunComparisonViewSet, RunViewSet
from results.steps.views import StepsViewSet
from results.timings.views import TimingStatsViewSet, TimingViewSet

LIST: dict[str, Any] = {"get": "list"}
FILES = {
    "results": "results",
    "outages": "outages",
    "timing": "timing",
    "slots": "availability/slots",
}
ONE: dict[str, Any] = {"get": "retrieve"}

per_test: list[URLPattern] = [
    path("", viewsets.TestViewSet.as_view(ONE), name="test"),
    path("/results", viewsets.RunHistoryViewSet.as_view(LIST), name="test-results"),
    path("/results/<run_id:run_id>", RunViewSet.as_view(ONE), name="test-run"),
    path(
        "/results/<run_id:run_id>/compare/<run_id:other>",
        RunComparisonViewSet.as_view(ONE),
        name="test-run-comparison",
    ),
    path("/timing", TimingViewSet.as_view(LIST), name="test-timing"),
    path("/timing/stats", TimingStatsViewSet.as_view(ONE), name="test-timing-stats"),
    path("/uptime", viewsets.UptimeViewSet.as_view(ONE), name="test-uptime"),
    path("/steps", StepsViewSet.as_view(ONE), name="test-steps"),
    path("/incidents", viewsets.IncidentViewSet.as_view(LIST), name="test-incidents"),
    path("/outages", OutageViewSet.as_view(LIST), name="test-outages"),
    path(
        "/availability",
        reliability.AvailabilityViewSet.as_view(ONE),
        name="test-availability",
    ),
    path(
        "/availability/slots",
        reliability.SlotsViewSet.as_view(ONE),
        name="test-availability-slots",
    ),
    *(
        path(f"/{place}.<form:form>", ExportView.as_view(kind=kind))
        for kind, place in FILES.items()
    ),
    path("/feed.atom", TestFeedView.as_view(), name="test-feed"),
    path("/live", LiveViewSet.as_view({"get": "stream"}), name="test-live"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    # Each id is looked at once, however many routes there are.
    path("tests/<test_id:test_id>", include(per_test)),
    path("tests", viewsets.TestListViewSet.as_view(LIST), name="test-list"),
    *(
        path(f"{place}.<form:form>", SeveralExportView.as_view(kind=kind))
        for kind, place in FILES.items()
    ),
    path("dashboard", viewsets.DashboardViewSet.as_view(ONE), name="dashboard"),
    path("outages", AllOutagesViewSet.as_view(LIST), name="outages"),
    path("outages/groups", OutageGroupViewSet.as_view(LIST), name="outage-groups"),
    path("summary", reliability.SummaryViewSet.as_view(ONE), name="summary"),
    path(
        "availability",
        reliability.SeveralAvailabilityViewSet.as_view(ONE),
        name="availability",
    ),
    path("live", LiveAllViewSet.as_view({"get": "stream"}), name="live"),
    path("live-token", LiveTokenView.as_view(), name="live-token"),
    path("", ApiRootView.as_view(), name="api-root"),
    path("<path:unmatched>", UnmatchedView.as_view(), name="unmatched"),
]
