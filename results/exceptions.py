"""What a failure means to a client: said once, for every endpoint."""

from __future__ import annotations

import logging
import random
from typing import Any, cast

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ExceptionHandlerContext
from redis.exceptions import RedisError
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from results.domain import (
    IndexBuilding,
    UnknownRun,
    UnknownTest,
    UnknownTests,
    UnreadableKey,
)

logger = logging.getLogger(__name__)


class StorageUnavailable(exceptions.APIException):
    """503: Redis is unreachable, hangs, loads, or refuses; `wait` is Retry-After."""

    is_expected = True
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "storage_unavailable"
    default_detail = "The data store does not answer. Try again in a moment."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail)
        # Spread out, so that all clients do not come back in the same second.
        self.wait = random.randint(1, 3)


class IndexNotReady(StorageUnavailable):
    """503: the request's time went into building the run index, which goes on."""

    default_code = "index_building"
    default_detail = "The run index of this test is being built. Try again in a moment."

    @classmethod
    def of(cls, building: IndexBuilding) -> IndexNotReady:
        """Of several tests, with how far it is."""
        if building.tests == 1:
            return cls()
        return cls(
            "The run indexes of these tests are being built "
            f"({building.ready} of {building.tests} so far) and read. "
            "Try again in a moment."
        )


class BadKey(exceptions.APIException):
    """502: what a writer stored under this key is of another type."""

    is_expected = True
    status_code = status.HTTP_502_BAD_GATEWAY
    default_code = "unreadable_key"
    default_detail = "The stored data has an unexpected type and cannot be read."


def note_unreadable(path: str, failure: UnreadableKey) -> None:
    """Logs what a 502 would, for an answer that goes without this key."""
    logger.warning("%s: %s (%s)", path, BadKey.default_code, type(failure).__name__)


class BadRequest(exceptions.APIException):
    """400: Django refused the request, for too many parameters as an example."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "bad_request"
    default_detail = "Bad request."


class ApiExceptionHandler(ExceptionHandler):
    """drf-standardized-errors' handler, taught our failures."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, UnknownTests):
            unknown = ", ".join(exc.args)
            return exceptions.NotFound(f"No test with this id is known: {unknown}.")
        if isinstance(exc, UnknownTest):
            return exceptions.NotFound("No test with this id is known.")
        if isinstance(exc, UnknownRun):
            return exceptions.NotFound("This test has no run with this id.")
        if isinstance(exc, UnreadableKey):
            return BadKey()
        if isinstance(exc, IndexBuilding):
            return IndexNotReady.of(exc)
        if isinstance(exc, RedisError):
            return StorageUnavailable()
        if isinstance(exc, SuspiciousOperation):
            return BadRequest()
        known: Exception = super().convert_known_exceptions(exc)
        return known

    def report_exception(
        self, exc: exceptions.APIException, response: Response
    ) -> None:
        """The faults that we expect are one line each: an outage is no reason for a
        stack a request."""
        if not getattr(exc, "is_expected", False):
            super().report_exception(exc, response)
            return
        path = getattr(self.context["request"], "path", "")
        logger.warning("%s: %s (%s)", path, exc.default_code, type(self.exc).__name__)
        response._has_been_logged = True  # type: ignore[attr-defined]


def known_failure(failure: Exception) -> Exception:
    """What it means outside of DRF's views: an `APIException`, where it is known."""
    handler = ApiExceptionHandler(failure, cast(ExceptionHandlerContext, {}))
    return handler.convert_known_exceptions(failure)


def exception_handler(
    exc: Exception, context: ExceptionHandlerContext
) -> Response | None:
    """DRF's hook."""
    response: Response | None = ApiExceptionHandler(exc, context).run()
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_body(400, "client_error", "bad_request", "Bad request.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_body(403, "client_error", "permission_denied", "Forbidden.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_body(404, "client_error", "not_found", "Not found.")


def server_error(request: HttpRequest) -> HttpResponse:
    return error_body(500, "server_error", "error", "Server Error (500)")


def error_body(status_code: int, kind: str, code: str, detail: str) -> HttpResponse:
    error = {"code": code, "detail": detail, "attr": None}
    return JsonResponse({"type": kind, "errors": [error]}, status=status_code)


def is_json_anyway(request: Request, response: Any) -> bool:
    """Whether it is JSON wherever it comes from: an error, or what OPTIONS tells."""
    return request.method == "OPTIONS" or getattr(response, "exception", False)


class JsonErrors:
    """For views whose own media type is no JSON: their errors still are."""

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        if is_json_anyway(request, response):
            request.accepted_renderer = JSONRenderer()
            request.accepted_media_type = JSONRenderer.media_type
        final: Response = super().finalize_response(  # type: ignore[misc]
            request, response, *args, **kwargs
        )
        return final
