"""The health of a test's steps."""

from __future__ import annotations

from datetime import timedelta

from rest_framework.mixins import RetrieveModelMixin

from results.analysis.step_health import NEXT_RUNS, newest_plan, step_health
from results.answering import ResultsViewSet
from results.codec.facts import LONGEST_DESCRIPTION, shown_text
from results.moment import this_second
from results.range_parameters import RangeQuery, range_or_last
from results.steps.serializers import TestStepsSerializer
from results.steps.shapes import Steps

DEFAULT_LENGTH = timedelta(days=30)


class StepsViewSet(RetrieveModelMixin, ResultsViewSet):
    """How each step of a test did over the runs of a range.

    The last 30 days unless a range is named. A failed run counts for the step that
    failed first in it; it was flaky when one of the next two runs passed.
    """

    title = "Steps"
    operation_id = "get_test_steps"
    serializer_class = TestStepsSerializer
    query_serializer_class = RangeQuery

    def get_object(self) -> Steps:
        now = this_second()
        within = range_or_last(self.query, now, DEFAULT_LENGTH)
        runs, following, scrubber, data_from = self.repository.range_facts(
            self.test_id, within, now, NEXT_RUNS
        )
        descriptions = {
            number: (
                shown_text(text, LONGEST_DESCRIPTION, scrubber)
                if scrubber.complete
                else None
            )
            for number, text in newest_plan(runs).items()
        }
        return Steps(
            test_id=self.test_id,
            start=within.start,
            end=within.end,
            runs=len(runs),
            failed_runs=sum(not facts.passed for facts in runs),
            steps=step_health(runs, following, descriptions),
            redacted=not scrubber.complete,
            data_from=data_from,
        )
