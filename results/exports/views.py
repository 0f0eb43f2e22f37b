"""Exports by path: the JSON endpoint's, with `.csv` or `.ndjson`."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from results.exceptions import JsonErrors
from results.exports.examples import csv_example, ndjson_example
from results.exports.kinds import KINDS, Kind
from results.exports.streaming import exported
from results.outlets.plain_answers import OneFormat
from results.parameters import QuerySerializer
from results.published import BYTES, TEXT, Answers, PlainBody
from results.reliability.queries import UNKNOWN_TESTS


class ExportView(JsonErrors, APIView):
    """The rows of a test as a file; `kind` says which."""

    kind: str = "results"
    tag = "exports"
    renderer_classes = [JSONRenderer]
    content_negotiation_class = OneFormat
    never_answers = frozenset({406})
    of = " of a test"
    prefix = "export_test"

    def get(
        self, request: Request, form: str, test_id: str | None = None
    ) -> HttpResponseBase:
        query = self.query_serializer_class.of(request)
        test_ids = sorted(query["tests"]) if test_id is None else [test_id]
        return exported(request, self._kind, form, test_ids, query)

    @property
    def query_serializer_class(self) -> type[QuerySerializer]:
        return self._kind.query

    @property
    def unused_parameters(self) -> tuple[str, ...]:
        """What pages are asked with; a file has none."""
        return self._kind.of_pages

    @property
    def operation_id(self) -> str:
        return f"{self.prefix}_{self.kind}"

    @property
    def told(self) -> str:
        """What the OpenAPI document says about it."""
        return (
            f"{self.kind.capitalize()}{self.of} as a file: all that filters find.\n\n"
            "Streamed. CSV begins with a header, and cells that a spreadsheet program "
            "would take for a formula with an apostrophe. JSON endpoints of the same "
            "path without an ending answer so, too, where `Accept` asks for it."
        )

    @property
    def answers(self) -> Answers:
        table, lines = csv_example(self._kind), ndjson_example(self._kind)
        return {
            "text/csv": PlainBody(TEXT, "The file.", table),
            "application/x-ndjson": PlainBody(BYTES, "The file.", lines),
        }

    @property
    def _kind(self) -> Kind:
        return KINDS[self.kind]


class SeveralExportView(ExportView):
    """The rows of the tests that `tests=a,b` names, one test after the other."""

    of = " of several tests"
    prefix = "export"
    further_responses: dict[Any, Any] = UNKNOWN_TESTS

    @property
    def query_serializer_class(self) -> type[QuerySerializer]:
        return self._kind.several
