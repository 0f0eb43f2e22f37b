"""The throttle: a middleware that is only there where `THROTTLE_RATE` is set."""

from __future__ import annotations

import time

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from results.access.addresses import address_of
from results.access.counting import counting
from results.access.gate import known_as
from results.access.middleware import Middleware
from results.exceptions import error_body

# What watches the service must not be told that it asks too often.
UNCOUNTED = frozenset({"/healthz", "/readyz"})


class Throttle(Middleware):
    """Answers 429 to a key, or an address without one, that asks too often."""

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = _refusal(request) or self._get_response(request)
        return response

    async def _awaited(self, request: HttpRequest) -> HttpResponseBase:
        refusal = await sync_to_async(_refusal)(request)
        return refusal or await self._get_response(request)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if request.path_info in UNCOUNTED:
        return None
    name = known_as(request)
    counted = f"key:{name}" if name else f"address:{address_of(request.META)}"
    wait = counting().wait_seconds(counted, time.time())
    if wait is None:
        return None
    detail = f"Too many requests. Try again in {wait} s."
    answer = error_body(429, "client_error", "throttled", detail)
    answer["Retry-After"] = str(wait)
    return answer
