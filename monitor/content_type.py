"""Requests without their Content-Type: no body is ever read, so it says nothing.

Django parses it before any view and any error handler: an unknown character set in
it is an exception there, which the server could only answer with a bare 500.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def ignored_by_asgi(application: Callable[..., Any]) -> Callable[..., Any]:
    """The ASGI application, which is not told the header."""

    async def without(scope: dict[str, Any], receive: Any, send: Any) -> None:
        given = scope.get("headers", ())
        headers = [header for header in given if header[0] != b"content-type"]
        await application(scope | {"headers": headers}, receive, send)

    return without


def ignored_by_wsgi(application: Callable[..., Any]) -> Callable[..., Any]:
    """The WSGI application, which is not told the header."""

    def without(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = application(
            environ | {"CONTENT_TYPE": ""}, start_response
        )
        return answer

    return without
