"""How reliable tests are: singletons, each computed from runs and states."""

from __future__ import annotations

from rest_framework.mixins import RetrieveModelMixin

from results.analysis import slots
from results.analysis.availability import availabilities
from results.answering import ResultsViewSet
from results.exports.negotiated import Exportable
from results.moment import this_second
from results.reliability import queries, serializers
from results.reliability.shapes import Figures, Slotted
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
        figures = availabilities(observed, ranges, now)
        return Figures(observed, list(zip(names, figures, strict=True)))


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
        shown = [
            (observed, availabilities(observed, ranges, now)) for observed in found
        ]
        return {
            "tests": [
                Figures(observed, list(zip(names, figures, strict=True)))
                for observed, figures in shown
            ]
        }


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
        now = this_second()
        bucket, zone = self.query["bucket"], self.query.get("tz") or queries.UTC
        bounds = slots.edges(bucket, self.query["count"], zone, now)
        ranges = slots.slot_ranges(bounds, now)
        observed = self.repository.timeline(self.test_id, now, ranges)
        found = slots.slots(observed, bounds, ranges)
        return Slotted(self.test_id, bucket, zone.key, found)


class SummaryViewSet(RetrieveModelMixin, ResultsViewSet):
    """All tests at a glance: a row a test, and counts over all of them."""

    title = "Summary"
    operation_id = "get_summary"
    tag = "analysis"
    serializer_class = serializers.SummarySerializer
    query_serializer_class = queries.SummaryQuery

    def get_object(self) -> Summary:
        return summary_of(self.repository, self.query, this_second())
