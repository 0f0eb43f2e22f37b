"""One test: its history, its chart, and what it is doing right now."""

from __future__ import annotations

from django.http import HttpRequest

from results.connection import data_repository
from results.ops.page import Page


def show_test(request: HttpRequest, test_id: str) -> Page:
    test = data_repository().test(test_id)
    return Page("ops/test.html", test.name or test.id, {"test": test})
