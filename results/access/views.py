"""`POST /api/live-token`: what an `EventSource` may carry in its URL."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from results.access.tokens import bearer_of, make_token
from results.serializers import LiveTokenSerializer


class LiveTokenView(APIView):
    """A short-lived token that opens live streams where API keys are set.

    Browsers send no header with an `EventSource`: it names the token in its URL,
    `/api/live?token=...`. It is asked for with an API key or in a staff session, opens
    streams and nothing else, and no more once it has expired; a stream that is open by
    then goes on. Without API keys every stream is open, and no token is needed.
    """

    name = "Live token"
    operation_id = "create_live_token"
    tag = "results"
    serializer_class = LiveTokenSerializer
    never_answers = frozenset({400, 502, 503})
    renderer_classes = [JSONRenderer]

    def post(self, request: Request) -> Response:
        key = getattr(request, "api_key", None)
        token, expires_at = make_token(bearer_of(key), timezone.now())
        shown = LiveTokenSerializer({"token": token, "expires_at": expires_at}).data
        return Response(shown, headers={"Cache-Control": "no-store"})
