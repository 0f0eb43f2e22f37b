"""The API's table of contents: one route a line."""

from typing import Any

from django.urls import path

from results import converters, viewsets  # noqa: F401  (converters register)
from results.live.everything.view import LiveAllViewSet
from results.live.view import LiveViewSet
from results.pages import ApiRootView, UnmatchedView

LIST: dict[str, Any] = {"get": "list"}
ONE: dict[str, Any] = {"get": "retrieve"}
TEST = "tests/<test_id:test_id>"

urlpatterns = [
    path("", ApiRootView.as_view(), name="api-root"),
    path("dashboard", viewsets.DashboardViewSet.as_view(ONE), name="dashboard"),
    path("live", LiveAllViewSet.as_view({"get": "stream"}), name="live"),
    path("tests", viewsets.TestListViewSet.as_view(LIST), name="test-list"),
    path(TEST, viewsets.TestViewSet.as_view(ONE), name="test"),
    path(
        f"{TEST}/results", viewsets.RunHistoryViewSet.as_view(LIST), name="test-results"
    ),
    path(
        f"{TEST}/results/<run_id:run_id>",
        viewsets.RunViewSet.as_view(ONE),
        name="test-run",
    ),
    path(f"{TEST}/timing", viewsets.TimingViewSet.as_view(LIST), name="test-timing"),
    path(f"{TEST}/uptime", viewsets.UptimeViewSet.as_view(ONE), name="test-uptime"),
    path(
        f"{TEST}/incidents",
        viewsets.IncidentViewSet.as_view(LIST),
        name="test-incidents",
    ),
    path(f"{TEST}/live", LiveViewSet.as_view({"get": "stream"}), name="test-live"),
    path("<path:unmatched>", UnmatchedView.as_view(), name="unmatched"),
]
