"""Whether the process lives, and whether it can answer: neither writes a key."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse
from redis.exceptions import RedisError
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from results.connection import data_repository
from results.live import hub
from results.serializers import HealthSerializer


class HealthView(APIView):
    """This process answers; Redis is not asked."""

    name = "Health"
    operation_id = "get_health"
    tag = "health"
    serializer_class = HealthSerializer
    never_answers = frozenset({400, 401, 429, 502, 503})
    renderer_classes = [JSONRenderer]

    def get(self, request: Request) -> Response:
        return Response({"status": "ok"})


class ReadinessView(APIView):
    """Redis answers: `ok`, or `degraded` when the live feed's reader limps."""

    name = "Readiness"
    operation_id = "get_readiness"
    tag = "health"
    serializer_class = HealthSerializer
    never_answers = frozenset({400, 401, 429, 502, 503})
    further_responses = {503: OpenApiResponse(HealthSerializer, "Redis is away.")}
    renderer_classes = [JSONRenderer]

    def get(self, request: Request) -> Response:
        try:
            data_repository().ping()
        except RedisError:
            return Response(
                {"status": "unavailable"},
                status.HTTP_503_SERVICE_UNAVAILABLE,
                headers={"Retry-After": "1"},
            )
        return Response({"status": "degraded" if hub.is_limping() else "ok"})
