"""How reliable tests are: singletons, each computed from runs and states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rest_framework.mixins import RetrieveModelMixin

from results.analysis.availability import availabilities
from results.analysis.observed import Observed
from results.analysis.ranges import TimeRange
from results.answering import ResultsViewSet
from results.exports.negotiated import Exportable
from results.moment import this_second
from results.reliability import queries, serializers
from results.reliability.shapes import Figures
from results.reliability.slotting import Slotted, slotted
from results.reliability.summing import Summary, summary_of


class AvailabilityViewSet(RetrieveModelMixin, ResultsViewSet):
    """Availability of a test by runs and by time, with how much of it is known.

    A run says what the state is until the next one, for three expected intervals at
    most; beyond that, and before the first run, nothing is known.
    """

    title = "Availability"
    operation_id = "get_test_availability"
    tag = "analysis"
    serializer_class = serializers.TestAvailabilitySerializer
    query_serializer_class = queries.AvailabilityQuery

    def get_object(self) -> Figures:
        now = this_second()
        names, ranges = zip(*queries.asked_ranges(self.query, now), strict=True)
        observed = self.repository.timeline(self.test_id, now, ranges)
        return _figures(observed, names, ranges, now)


class SeveralAvailabilityViewSet(RetrieveModelMixin, ResultsViewSet):
    """Availability of several tests at once, 50 at most."""

    title = "Availability of tests"
    operation_id = "get_availability"
    tag = "analysis"
    serializer_class = serializers.SeveralAvailabilitySerializer
    query_serializer_class = queries.SeveralAvailabilityQuery
    further_responses = queries.UNKNOWN_TESTS

    def get_object(self) -> dict[str, list[Figures]]:
        now = this_second()
        names, ranges = zip(*queries.asked_ranges(self.query, now), strict=True)
        found = self.repository.timelines(self.query["tests"], now, ranges)
        return {"tests": [_figures(each, names, ranges, now) for each in found]}


class SlotsViewSet(Exportable, RetrieveModelMixin, ResultsViewSet):
    """A test by days or hours, oldest first, for bars.

    Days are those of the time zone, of 23 or 25 hours where its clocks change.
    """

    export = "slots"
    title = "Slots"
    operation_id = "get_test_availability_slots"
    tag = "analysis"
    serializer_class = serializers.TestSlotsSerializer
    query_serializer_class = queries.SlotsQuery

    def get_object(self) -> Slotted:
        return slotted(self.repository, self.test_id, self.query, this_second())


class SummaryViewSet(RetrieveModelMixin, ResultsViewSet):
    """All tests at a glance: a row a test, and counts over all of them."""

    title = "Summary"
    operation_id = "get_summary"
    tag = "analysis"
    serializer_class = serializers.SummarySerializer
    query_serializer_class = queries.SummaryQuery

    def get_object(self) -> Summary:
        return summary_of(self.repository, self.query, this_second())


def _figures(
    observed: Observed,
    names: Sequence[str | None],
    ranges: Sequence[TimeRange],
    now: datetime,
) -> Figures:
    """Those of the ranges, of which it was observed, by their names."""
    found = availabilities(observed, ranges, now)
    return Figures(observed, list(zip(names, found, strict=True)))
