"""What every view of stored data is: a query read strictly, and a repository to ask."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from results import parameters
from results.conditional import Conditional
from results.connection import data_repository
from results.repository import ResultRepository


class Shown(NamedTuple):
    """A serializer's `data`."""

    data: Any


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
        # A method that is not answered is told so, whatever it asks.
        if hasattr(self, str(request.method).lower()):
            self.query = self.query_serializer_class.of(request)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """What holds the answer's `data`: made by the serializer's own `shown` where
        it has one, without the copy of all its fields that DRF begins with."""
        show = getattr(self.get_serializer_class(), "shown", None)
        if show is None or not args:
            return super().get_serializer(*args, **kwargs)
        (instance,) = args
        return Shown(
            list(map(show, instance)) if kwargs.get("many") else show(instance)
        )

    @cached_property
    def repository(self) -> ResultRepository:
        return data_repository()

    @property
    def test_id(self) -> str:
        return str(self.kwargs["test_id"])
