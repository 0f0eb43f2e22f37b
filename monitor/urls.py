"""All routes of the project; the API's own are in `results/urls.py`."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, include, path, re_path

from results.docs import RedocView, SwaggerView
from results.health import HealthView, ReadinessView
from results.openapi import JsonDocumentView, YamlDocumentView
from results.ops.site import site
from results.outlets.badge_views import BadgeImageView, BadgeView
from results.outlets.feed_views import FeedView
from results.outlets.metrics_views import MetricsView, StreamMetricsView
from results.pages import favicon, unmatched


def to_the_api(request: HttpRequest) -> HttpResponse:
    """The one path with a slash, where everything can be found."""
    return HttpResponseRedirect("/api/")


def to_the_ops_view(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/ops/")


urlpatterns: list[URLPattern | URLResolver] = [
    path("", to_the_api, name="root"),
    path("api", to_the_api),
    path("api/", include("results.urls")),
    path("docs", SwaggerView.as_view(), name="docs"),
    path("redoc", RedocView.as_view(), name="redoc"),
    path("openapi.json", JsonDocumentView.as_view(), name="openapi"),
    path("openapi.yaml", YamlDocumentView.as_view(), name="openapi-yaml"),
    path("metrics", MetricsView.as_view(), name="metrics"),
    path("metrics/streams", StreamMetricsView.as_view(), name="stream-metrics"),
    path("feed.atom", FeedView.as_view(), name="feed"),
    path(
        "badges/<test_id:test_id>/<about:about>.svg",
        BadgeImageView.as_view(),
        name="badge-image",
    ),
    path(
        "badges/<test_id:test_id>/<about:about>.json", BadgeView.as_view(), name="badge"
    ),
    path("healthz", HealthView.as_view(), name="health"),
    path("readyz", ReadinessView.as_view(), name="readiness"),
    path("ops", to_the_ops_view),
    path("ops/", site.urls),
    path("favicon.ico", favicon, name="favicon"),
    # Last, so that DEBUG shows the same 404 as production.
    re_path(r"^(?P<path>.*)$", unmatched, name="unmatched"),
]

handler400 = "results.exceptions.bad_request"
handler403 = "results.exceptions.forbidden"
handler404 = "results.exceptions.not_found"
handler500 = "results.exceptions.server_error"
