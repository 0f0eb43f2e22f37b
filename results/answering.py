"""What every view of stored data is: a query read strictly, and a repository to ask."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from results import parameters
from results.conditional import Conditional
from results.connection import data_repository
from results.repository import ResultRepository


class ResultsViewSet(Conditional, GenericViewSet):  # type: ignore[type-arg]
    query_serializer_class: type[parameters.QuerySerializer] = (
        parameters.QuerySerializer
    )

    title: str
    operation_id: str
    tag = "results"

    def get_view_name(self) -> str:
        """What the page is called; DRF's own `name` is reset by `as_view`."""
        return self.title

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.query = self.query_serializer_class.of(request)

    @cached_property
    def repository(self) -> ResultRepository:
        return data_repository()

    @property
    def test_id(self) -> str:
        return str(self.kwargs["test_id"])
