"""The paths that people are shown: the root's answer, and every link beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import get_script_prefix

from results.keys import RUN_ID

ENDPOINTS = {
    "dashboard": "/api/dashboard",
    "summary": "/api/summary",
    "tests": "/api/tests",
    "test": "/api/tests/{test_id}",
    "results": "/api/tests/{test_id}/results",
    "run": "/api/tests/{test_id}/results/{run_id}",
    "comparison": "/api/tests/{test_id}/results/{run_id}/compare/{other}",
    "timing": "/api/tests/{test_id}/timing",
    "timing_stats": "/api/tests/{test_id}/timing/stats",
    "steps": "/api/tests/{test_id}/steps",
    "uptime": "/api/tests/{test_id}/uptime",
    "incidents": "/api/tests/{test_id}/incidents",
    "outages": "/api/tests/{test_id}/outages",
    "availability": "/api/tests/{test_id}/availability",
    "slots": "/api/tests/{test_id}/availability/slots",
    "results_file": "/api/tests/{test_id}/results.{form}",
    "outages_file": "/api/tests/{test_id}/outages.{form}",
    "timing_file": "/api/tests/{test_id}/timing.{form}",
    "slots_file": "/api/tests/{test_id}/availability/slots.{form}",
    "badge": "/badges/{test_id}/{about}.svg",
    "badge_json": "/badges/{test_id}/{about}.json",
    "feed": "/api/tests/{test_id}/feed.atom",
    "live": "/api/tests/{test_id}/live",
    "live_all": "/api/live",
    "outages_all": "/api/outages",
    "outage_groups": "/api/outages/groups",
    "availability_all": "/api/availability",
    "results_files": "/api/results.{form}",
    "outages_files": "/api/outages.{form}",
    "timing_files": "/api/timing.{form}",
    "slots_files": "/api/availability/slots.{form}",
    "feed_all": "/feed.atom",
    "docs": "/docs",
    "redoc": "/redoc",
    "openapi": "/openapi.json",
    "openapi_yaml": "/openapi.yaml",
    "metrics": "/metrics",
    "stream_metrics": "/metrics/streams",
    "health": "/healthz",
    "readiness": "/readyz",
}
_OF_TESTS = ("availability_all",)
# What a link has where the path leaves it open.
_USUAL = {"form": "csv", "about": "status"}
# Pages of a test link to files of what they show.
_NO_TABS = ("{run_id}", "{form}", "}.json")
# A browser resolves these away, so that the link would lead elsewhere.
_DOT_SEGMENTS = (".", "..")


@dataclass(frozen=True, slots=True)
class Place:
    """A link: what it is called, where it leads, and what it asks there."""

    name: str
    href: str
    query: str = ""

    @property
    def label(self) -> str:
        """The name for people."""
        return self.name.replace("_", " ")


def general_places(test_ids: Sequence[str] = ()) -> list[Place]:
    """Every endpoint that needs no id; one that must be asked about tests, of these,
    and files only of them."""
    asked = "?" + urlencode({"tests": ",".join(test_ids)}, safe=",")
    places = []
    for name, path in ENDPOINTS.items():
        is_file = "{form}" in path
        if "{test_id}" not in path and (test_ids or not is_file):
            of_tests = bool(test_ids) and (is_file or name in _OF_TESTS)
            href = mounted(path.format(**_USUAL))
            places.append(Place(name, href, asked if of_tests else ""))
    return places


def test_places(test_id: str) -> list[Place]:
    """Every endpoint of one test, the test itself first."""
    return [
        Place(name, mounted(path.format(test_id=test_id, **_USUAL)))
        for name, path in ENDPOINTS.items()
        if "{test_id}" in path and not any(part in path for part in _NO_TABS)
    ]


def test_href(test_id: str) -> str:
    """Where a test is; its id was checked when it was listed."""
    return mounted(ENDPOINTS["test"].format(test_id=test_id))


def outages_href(test_id: str) -> str:
    """Where the outages of a test are."""
    return mounted(ENDPOINTS["outages"].format(test_id=test_id))


def run_href(test_id: str, run_id: str | None) -> str | None:
    """Where a run is; None when no path can name it: writers choose the ids."""
    if run_id is None or run_id in _DOT_SEGMENTS or not RUN_ID.fullmatch(run_id):
        return None
    return mounted(ENDPOINTS["run"].format(test_id=test_id, run_id=run_id))


def compare_href(test_id: str, run_id: str, other: str) -> str:
    """Where a run is beside another; both ids were checked."""
    path = ENDPOINTS["comparison"]
    return mounted(path.format(test_id=test_id, run_id=run_id, other=other))


def mounted(path: str) -> str:
    """The path below the prefix that the whole site may be served under."""
    return get_script_prefix().rstrip("/") + path
