"""A line for each request, by a middleware around all others.

It holds no query, which may have a token in it, and no header. What a line costs must
not be noticed beside the cheapest view: two processors and one write, unbuffered.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from inspect import iscoroutinefunction
from time import perf_counter
from typing import Any

import structlog
from django.http import HttpRequest
from django.utils.decorators import sync_and_async_middleware

from monitor.logs import as_line, stamped
from results.access.addresses import address_of
from results.access.gate import known_as

LONGEST_PATH = 1024


@lru_cache(maxsize=1)
def _log() -> Any:
    return structlog.wrap_logger(
        structlog.BytesLogger(sys.stderr.buffer),
        processors=[stamped, as_line],
        wrapper_class=structlog.BoundLogger,
        cache_logger_on_first_use=True,
    ).bind()


@sync_and_async_middleware
def logged(get_response: Callable[..., Any]) -> Callable[..., Any]:
    """Says who asked for what, what came of it, and in how many milliseconds: of a
    stream until its headers were there."""
    if iscoroutinefunction(get_response):

        async def awaited(request: HttpRequest) -> Any:
            started = perf_counter()
            response = await get_response(request)
            _say(request, response.status_code, started)
            return response

        return awaited

    def answered(request: HttpRequest) -> Any:
        started = perf_counter()
        response = get_response(request)
        _say(request, response.status_code, started)
        return response

    return answered


def _say(request: HttpRequest, status: int, started: float) -> None:
    _log().info(
        "request",
        method=request.method,
        path=request.path[:LONGEST_PATH],
        status=status,
        ms=round((perf_counter() - started) * 1000, 3),
        address=address_of(request.META),
        known_as=known_as(request),
    )
