"""One run with its neighbours, and two runs beside each other."""

from __future__ import annotations

from rest_framework.mixins import RetrieveModelMixin

from results.analysis.comparing import Comparison, compare
from results.answering import ResultsViewSet
from results.domain import Run
from results.run_detail import parameters, serializers, shapes
from results.serializers import RunSerializer


class RunViewSet(RetrieveModelMixin, ResultsViewSet):
    """One run with all that was stored about it."""

    title = "Run"
    operation_id = "get_test_run"
    serializer_class = RunSerializer
    query_serializer_class = parameters.RunQuery

    def get_object(self) -> Run:
        run = self.repository.run(self.test_id, self.kwargs["run_id"])
        if not self.query["neighbours"]:
            return run
        found = self.repository.neighbours(self.test_id, self.kwargs["run_id"])
        return Run({**run.fields, "neighbours": shapes.neighbours(found)})


class RunComparisonViewSet(RetrieveModelMixin, ResultsViewSet):
    """A run beside another one of the same test: what changed from that one to it."""

    title = "Comparison"
    operation_id = "compare_test_runs"
    serializer_class = serializers.RunComparisonSerializer

    def get_object(self) -> Comparison:
        run, other = (
            self.repository.run(self.test_id, self.kwargs[name]).fields
            for name in ("run_id", "other")
        )
        return compare(self.test_id, run, other)
