"""Pages for what goes wrong; what a failure means is said in `results.exceptions`."""

from __future__ import annotations

import logging

from django.db import DatabaseError
from django.http import HttpRequest
from rest_framework.exceptions import APIException

from results.exceptions import known_failure
from results.ops.page import Page

logger = logging.getLogger(__name__)
TITLES = {
    400: "Bad request",
    403: "No access",
    404: "Not found",
    502: "Unreadable data",
    503: "Not available right now",
}
NO_ACCOUNTS = (
    "The accounts cannot be read. Are the tables there? `manage.py migrate` makes them."
)


def failure_page(request: HttpRequest, failure: Exception) -> Page | None:
    """The page that tells of this failure; None for one that nobody expected."""
    if isinstance(failure, DatabaseError):
        logger.warning("%s: accounts (%s)", request.path, type(failure).__name__)
        return page_of(503, NO_ACCOUNTS)
    known = known_failure(failure)
    if not isinstance(known, APIException):
        return None
    if getattr(known, "is_expected", False):
        name = type(failure).__name__
        logger.warning("%s: %s (%s)", request.path, known.default_code, name)
    return page_of(known.status_code, _said(known), getattr(known, "wait", None))


def _said(known: APIException) -> str:
    """What is wrong, by the names of the parameters that are."""
    if not isinstance(known.detail, dict):
        return str(known.detail)
    return " ".join(
        f"{name}: {' '.join(map(str, texts))}" for name, texts in known.detail.items()
    )


def page_of(status: int, detail: str, wait: int | None = None) -> Page:
    """`wait`: after how many seconds to try again."""
    title = TITLES.get(status, "Cannot be shown")
    context = {"detail": detail, "wait": wait, "status": status}
    return Page("ops/failure.html", title, context, status)
