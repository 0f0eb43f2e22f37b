"""From a run to the runs beside it and to what changed since them, and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from results.browsable.cells import Record
from results.endpoints import Place, compare_href, run_href

ASKED = "?neighbours=true"
NAMES = {"previous": "Previous", "next": "Next", "last_passed": "Last passed"}


def places_beside(view: Any, data: Record) -> list[Place]:
    """Links of a run's page; without its neighbours, the way to see them."""
    if "other" in view.kwargs:
        return list(_compared(**view.kwargs))
    query = getattr(view, "query", {})
    if "neighbours" not in query:
        return []
    if not query["neighbours"]:
        return [Place("Show", "", ASKED)]
    return list(_links(view.kwargs["test_id"], view.kwargs["run_id"], data))


def _compared(test_id: str, run_id: str, other: str) -> Iterator[Place]:
    """From a comparison to both of its runs, and to its opposite."""
    for name, compared in (("This run", run_id), ("The other run", other)):
        if href := run_href(test_id, compared):
            yield Place(name, href, ASKED)
    yield Place("The other way round", compare_href(test_id, other, run_id))


def _links(test_id: str, run_id: str, data: Record) -> Iterator[Place]:
    for key, name in NAMES.items():
        found = data["neighbours"][key] or {}
        other = found.get("run_id", "")
        # A writer chose the id: no path may be able to name it.
        if href := run_href(test_id, other):
            outcome = "passed" if found["passed"] else "failed"
            said = name if key == "last_passed" else f"{name} ({outcome})"
            yield Place(said, href, ASKED)
            yield Place("compare", compare_href(test_id, run_id, other))
