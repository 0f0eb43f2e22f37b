"""One run with all its steps."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from results.connection import data_repository
from results.domain import Run, SyntheticTest
from results.endpoints import run_href
from results.ops.page import Page
from results.ops.parts import Parts
from results.ops.run_links import run_page_href
from results.ops.run_parts import outcome_word, plan_of, steps_of
from results.parameters import ChoiceField, QuerySerializer

# Beyond this a record is a book: the API has all of it.
LONGEST_RAW = 100_000


class OneRunQuery(QuerySerializer):
    part = ChoiceField(choices=("body",), required=False)


def show_run(request: HttpRequest, test_id: str, run_id: str) -> Page | HttpResponse:
    """The page of a run, or with `part=body` what an opened row shows of it."""
    query = OneRunQuery.parse(request.GET)
    repository, parts = data_repository(), Parts(request.path)
    context = _context(test_id, repository.run(test_id, run_id))
    if "part" in query:
        return HttpResponse(render_to_string("ops/run_body.html", context))
    found = repository.neighbours(test_id, run_id)
    key = repository.keys.test(test_id)
    test = parts.read(key, lambda: repository.test(test_id))
    context |= {
        "test": test or SyntheticTest(test_id),
        "unreadable": parts.unreadable,
        "neighbours": [
            (name, one, run_page_href(test_id, one.run_id))
            for name, one in (
                ("Previous run", found.previous),
                ("Next run", found.next),
                ("Last run that passed", found.last_passed),
            )
            if one is not None
        ],
    }
    return Page("ops/run.html", f"Run {run_id}", context)


def _context(test_id: str, run: Run) -> dict[str, Any]:
    raw = json.dumps(dict(run.fields), ensure_ascii=False, indent=2)
    return {
        "run": run.fields,
        "outcome": outcome_word(run.passed),
        "steps": steps_of(run.fields),
        "plan": plan_of(run.fields),
        "raw": raw[:LONGEST_RAW],
        "is_raw_cut": len(raw) > LONGEST_RAW,
        "api_href": run_href(test_id, run.run_id),
        "page_href": run_page_href(test_id, run.run_id),
    }
