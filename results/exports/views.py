"""Exports by path: the JSON endpoint's, with `.csv` or `.ndjson`."""

from __future__ import annotations

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from results.exceptions import JsonErrors
from results.exports.kinds import KINDS
from results.exports.streaming import exported
from results.outlets.plain_answers import OneFormat


@extend_schema(exclude=True)
class ExportView(JsonErrors, APIView):
    """One test's rows, or those of `tests=a,b`."""

    renderer_classes = [JSONRenderer]
    content_negotiation_class = OneFormat

    def get(
        self, request: Request, export: str, test_id: str | None = None
    ) -> HttpResponseBase:
        path, _, form = export.partition(".")
        kind = KINDS[path.rpartition("/")[2]]
        if test_id is not None:
            query = kind.query.of(request)
            return exported(request, kind, form, [test_id], query)
        query = kind.several.of(request)
        return exported(request, kind, form, sorted(query["tests"]), query)
