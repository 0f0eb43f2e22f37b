"""What every middleware here is: one class for requests of threads and of the loop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Middleware(ABC):
    """Answers, or has the next one answer, in the manner in which that one does."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(
        self, request: HttpRequest
    ) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return self._awaited(request) if self._is_async else self._answer(request)

    @abstractmethod
    def _answer(self, request: HttpRequest) -> HttpResponseBase: ...

    @abstractmethod
    async def _awaited(self, request: HttpRequest) -> HttpResponseBase: ...
