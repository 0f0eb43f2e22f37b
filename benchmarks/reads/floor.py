"""The floor: what any endpoint of this stack costs before it does anything of ours.

The routes of the product with two more beside them, so that both are measured in the
same process, behind the same middleware.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitor import urls as product
from results.connection import command_client

ANSWER = {"test_id": "abc12345", "total": 0}


def plain(request: HttpRequest) -> HttpResponse:
    """A view without DRF."""
    return JsonResponse(ANSWER)


class EmptyView(APIView):
    """An empty DRF view."""

    def get(self, request: Request) -> Response:
        return Response(ANSWER)


class RoundTripView(APIView):
    """An empty DRF view with one pipelined round trip of three small commands."""

    def get(self, request: Request) -> Response:
        with command_client().pipeline(transaction=False) as pipe:
            pipe.exists("results:floor")
            pipe.hget("test:floor", "name")
            pipe.zcard("timing:floor")
            pipe.execute()
        return Response(ANSWER)


urlpatterns = [
    path("floor/plain", plain),
    path("floor/empty", EmptyView.as_view()),
    path("floor/round-trip", RoundTripView.as_view()),
    *product.urlpatterns,
]
handler400 = product.handler400
handler403 = product.handler403
handler404 = product.handler404
handler500 = product.handler500
