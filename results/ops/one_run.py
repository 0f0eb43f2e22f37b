"""One run with all its steps."""

from __future__ import annotations

from django.http import HttpRequest

from results.connection import data_repository
from results.ops.page import Page


def show_run(request: HttpRequest, test_id: str, run_id: str) -> Page:
    test = data_repository().test(test_id)
    return Page("ops/run.html", f"Run {run_id}", {"test": test, "run_id": run_id})
