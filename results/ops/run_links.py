"""Where runs have their pages; writers choose ids, and no path can name some."""

from __future__ import annotations

from django.urls import reverse

from results.endpoints import run_href as api_href

BODY = "?part=body"


def run_page_href(test_id: str, run_id: str | None) -> str | None:
    """The page of a run; None where no path can name it."""
    if run_id is None or api_href(test_id, run_id) is None:
        return None
    return reverse("ops:run", kwargs={"test_id": test_id, "run_id": run_id})
