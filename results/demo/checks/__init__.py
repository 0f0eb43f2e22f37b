"""Checks of the running product itself, each a few steps of real HTTP requests."""

from results.demo.checks.broken_link import BROKEN_PATH, BrokenLinkCheck
from results.demo.checks.check import Check, CheckFailed, Step
from results.demo.checks.dashboard import DashboardCheck
from results.demo.checks.docs_page import DocsPageCheck
from results.demo.checks.history_pages import HistoryPagesCheck
from results.demo.checks.openapi_document import OpenApiDocumentCheck

__all__ = [
    "BROKEN_PATH",
    "BrokenLinkCheck",
    "Check",
    "CheckFailed",
    "DashboardCheck",
    "DocsPageCheck",
    "HistoryPagesCheck",
    "OpenApiDocumentCheck",
    "Step",
]
