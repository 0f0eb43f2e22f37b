"""All tests at a glance."""

from __future__ import annotations

from django.http import HttpRequest

from results.ops.page import Page


def show_tests(request: HttpRequest) -> Page:
    return Page("ops/tests.html", "Tests")
