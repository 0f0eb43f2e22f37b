"""The five tests of the demo: what they check, how often, and how long it takes."""

from __future__ import annotations

from dataclasses import dataclass

from results.demo.checks import (
    BROKEN_PATH,
    BrokenLinkCheck,
    Check,
    DashboardCheck,
    DocsPageCheck,
    HistoryPagesCheck,
    OpenApiDocumentCheck,
)

# Not a secret of anybody: it shows what becomes of one (`***` in every answer).
API_KEY = "demo-key-4711-not-a-secret"
WEBHOOK = "https://hooks.example.com/demo/not-a-real-secret"


@dataclass(frozen=True, slots=True)
class DemoVariable:
    """A variable of a test, with its value."""

    name: str
    value: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class DemoTest:
    """One test; `usual_ms` is what each of its steps takes on a quiet day."""

    id: str
    name: str
    path: str
    goal: str
    schedule: str
    check: type[Check]
    usual_ms: tuple[int, ...]
    flaky_pct: float
    status: str = "active"
    variables: tuple[DemoVariable, ...] = ()
    alert_webhook: str = ""

    @property
    def values(self) -> dict[str, str]:
        """What the variables in the goal stand for."""
        return {variable.name: variable.value for variable in self.variables}


DASHBOARD = DemoTest(
    id="dashboard-sums",
    name="Dashboard adds up",
    path="/api/dashboard",
    goal="Open the dashboard with {{api_key}} and check that its figures add up",
    schedule="*/15 * * * *",
    check=DashboardCheck,
    usual_ms=(14, 1, 1, 9),
    flaky_pct=0.3,
    variables=(DemoVariable("api_key", API_KEY, hidden=True),),
    alert_webhook=WEBHOOK,
)
DOCS_PAGE = DemoTest(
    id="docs-page",
    name="Docs mention every endpoint",
    path="/docs",
    goal="Open the docs and find every endpoint of the API in them",
    schedule="*/30 * * * *",
    check=DocsPageCheck,
    usual_ms=(9, 105, 60),
    flaky_pct=0.6,
)
OPENAPI_DOCUMENT = DemoTest(
    id="openapi-document",
    name="OpenAPI document is sound",
    path="/openapi.json",
    goal="Check that every operation is complete and every reference leads somewhere",
    schedule="0 * * * *",
    check=OpenApiDocumentCheck,
    usual_ms=(52, 1, 3),
    flaky_pct=0.4,
)
BROKEN_LINK = DemoTest(
    id="broken-changelog",
    name="Changelog (broken on purpose)",
    path=BROKEN_PATH,
    goal="Open the changelog and read its newest entry",
    schedule="10,40 * * * *",
    check=BrokenLinkCheck,
    usual_ms=(8, 11, 2),
    flaky_pct=0.5,
    alert_webhook=WEBHOOK,
)
HISTORY_PAGES = DemoTest(
    id="history-pages",
    name="History pages fit together",
    path="/api/tests",
    goal="Page through the longest history: no run twice, none missing, newest first",
    schedule="5-59/30 * * * *",
    check=HistoryPagesCheck,
    usual_ms=(75, 28, 22),
    flaky_pct=1.2,
    status="paused",
)

TESTS = (DASHBOARD, DOCS_PAGE, OPENAPI_DOCUMENT, BROKEN_LINK, HISTORY_PAGES)
