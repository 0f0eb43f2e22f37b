"""Timing points, and their statistics."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from results.answering import ResultsViewSet
from results.exports.negotiated import Exportable
from results.history import History
from results.moment import this_second
from results.range_parameters import UTC, range_or_last
from results.serializers import TimingPointSerializer
from results.timings import parameters, serializers
from results.timings.pagination import TimingPagination
from results.timings.points import asked_points
from results.timings.statistics import (
    DEFAULT_POINTS,
    StatsQuestion,
    TimingStats,
    TooManyBuckets,
    timing_stats,
)


class TimingViewSet(Exportable, ListModelMixin, ResultsViewSet):
    """Response times of a test's runs, newest first, for charts.

    With a range or `outcomes=true` each point says how its run ended.
    """

    export = "timing"
    title = "Timing"
    operation_id = "get_test_timing"
    serializer_class = TimingPointSerializer
    pagination_class = TimingPagination
    query_serializer_class = parameters.TimingPageQuery

    def get_serializer_class(self) -> type[TimingPointSerializer]:
        if parameters.has_outcomes(getattr(self, "query", {})):
            return serializers.OutcomePointSerializer
        return TimingPointSerializer

    def get_queryset(self) -> History[Any]:  # type: ignore[override]
        now = this_second()
        return asked_points(self.repository, self.test_id, self.query, now)


class TimingStatsViewSet(RetrieveModelMixin, ResultsViewSet):
    """Percentiles of the durations of a range, as a whole and over time.

    The last 24 hours unless a range is named. Buckets begin at round times of the
    clock of `tz`; an empty one has nulls. Failed runs tell when somebody gave up, not
    how long it takes: only passed ones count unless asked otherwise.
    """

    title = "Timing statistics"
    operation_id = "get_test_timing_stats"
    serializer_class = serializers.TimingStatsSerializer
    query_serializer_class = parameters.TimingStatsQuery

    def get_object(self) -> TimingStats:
        asked = self._question()
        needs_outcomes = asked.outcome != parameters.ALL
        found = self.repository.range_points(self.test_id, asked.within, needs_outcomes)
        try:
            return timing_stats(self.test_id, asked, *found)
        except TooManyBuckets as why:
            raise ValidationError({"interval": str(why)}) from None

    def _question(self) -> StatsQuestion:
        query, now = self.query, this_second()
        interval = query["interval"]
        return StatsQuestion(
            within=range_or_last(query, now, parameters.DEFAULT_LENGTH),
            outcome=query["outcome"],
            percentiles=query.get("percentiles", parameters.DEFAULT_PERCENTILES),
            interval=None if interval == parameters.AUTO else interval,
            max_points=query.get("max_points", DEFAULT_POINTS),
            zone=query.get("tz", UTC),
        )
