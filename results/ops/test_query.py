"""What the page of a test may be asked: the API's own parameters, read as strictly."""

from __future__ import annotations

from results.history_parameters import FAILED, PASSED
from results.parameters import MAX_OFFSET, ChoiceField, OffsetQuery, WholeNumberField
from results.range_parameters import RangeQuery

CHART_WINDOWS = ("24h", "7d", "30d", "90d")


class OneTestQuery(RangeQuery, OffsetQuery):
    """`outages` is for the log of outages what `offset` is for the runs."""

    limit = WholeNumberField(min_value=1, max_value=100, default=20)
    outcome = ChoiceField(choices=(PASSED, FAILED), required=False)
    outages = WholeNumberField(min_value=0, max_value=MAX_OFFSET, default=0)
    chart = ChoiceField(choices=CHART_WINDOWS, default="7d")
