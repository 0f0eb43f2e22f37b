"""Requests without their Content-Type, but for forms: no other body is ever read.

Django parses it before any view and any error handler: an unknown character set in
it is an exception there, which the server could only answer with a bare 500.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

# As browsers send the forms of the ops view.
FORM = "application/x-www-form-urlencoded"


def ignored_by_asgi(application: Callable[..., Any]) -> Callable[..., Any]:
    """The ASGI application, which is told the header of forms alone."""
    kept = (b"content-type", FORM.encode())

    async def without(scope: dict[str, Any], receive: Any, send: Any) -> None:
        given = scope.get("headers", ())
        headers = [
            header
            for header in given
            if header[0] != b"content-type" or tuple(header) == kept
        ]
        await application(scope | {"headers": headers}, receive, send)

    return without


def ignored_by_wsgi(application: Callable[..., Any]) -> Callable[..., Any]:
    """The WSGI application, which is told the header of forms alone."""

    def without(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        kept = FORM if environ.get("CONTENT_TYPE") == FORM else ""
        answer: Iterable[bytes] = application(
            environ | {"CONTENT_TYPE": kept}, start_response
        )
        return answer

    return without
