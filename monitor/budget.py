"""Each request's time for the store, begun here: see `results.patience`."""

from __future__ import annotations

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest
from django.utils.decorators import sync_and_async_middleware

from results import patience


@sync_and_async_middleware
def within_budget(get_response: Callable[..., Any]) -> Callable[..., Any]:
    """Streams wait as long as it takes: theirs are the asynchronous requests."""
    if iscoroutinefunction(get_response):
        return get_response

    def bounded(request: HttpRequest) -> Any:
        patience.begin()
        try:
            return get_response(request)
        finally:
            patience.end()

    return bounded
