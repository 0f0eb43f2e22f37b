"""What the Tests page is asked with: all in the query string, to be bookmarked."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from results.ops.tests_order import COLUMNS
from results.parameters import (
    MAX_SEARCH,
    ChoiceField,
    OffsetQuery,
    SearchField,
    WholeNumberField,
)

FAILING = "failing"
STATUSES = ("active", "paused", "error", "running", "overdue")
RESULTS = ("failing", "pending", "passing")
# A page of more would be half a megabyte.
MOST = 50


class TestsQuery(OffsetQuery):
    """`sort` is a column, behind a minus sign from its other end."""

    __test__ = False
    limit = WholeNumberField(min_value=1, max_value=MOST, default=MOST)
    q = SearchField(required=False, max_length=MAX_SEARCH)
    status = ChoiceField(choices=STATUSES, required=False)
    result = ChoiceField(choices=RESULTS, required=False)
    sort = ChoiceField(
        choices=[FAILING, *COLUMNS, *(f"-{name}" for name in COLUMNS)], default=FAILING
    )

    @classmethod
    def asked(cls, given: QueryDict) -> dict[str, Any]:
        """As a form sends it: what was left empty was not asked."""
        return cls.parse(without_empty(given))


def without_empty(given: QueryDict) -> QueryDict:
    kept = given.copy()
    for name in given:
        if not any(value.strip() for value in given.getlist(name)):
            del kept[name]
    return kept
