"""Static files in front of Django, for WSGI and ASGI alike.

Around the application and not as a middleware: ServeStatic's middleware is async
only, which would send every WSGI request through an event loop of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar
from wsgiref.headers import Headers

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from servestatic import ServeStatic, ServeStaticASGI
from servestatic.base import ServeStaticBase

Server = TypeVar("Server", bound=ServeStaticBase)
# Any other method is refused behind, where a refusal has a body.
READS = ("GET", "HEAD")


class StaticAsgi(ServeStaticASGI):  # type: ignore[misc]  # untyped
    """Files for who reads; all else goes to the application."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        reads = scope.get("method") in READS
        await (super().__call__ if reads else self.application)(scope, receive, send)


class StaticWsgi(ServeStatic):  # type: ignore[misc]  # untyped
    """The same for WSGI."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        reads = environ["REQUEST_METHOD"] in READS
        answer = super().__call__ if reads else self.application
        parts: Iterable[bytes] = answer(environ, start_response)
        return parts


def with_static_files(server: Server) -> Server:
    """`server` with every file that the installed packages ship: no collectstatic."""
    server.add_headers_function = _as_what_it_says
    for finder in get_finders():
        for path, storage in finder.list([]):
            url = f"/{settings.STATIC_URL.strip('/')}/{path}"
            server.add_file_to_dictionary(url, storage.path(path))
    return server


def _as_what_it_says(headers: Headers, _path: str, _url: str) -> None:
    """A script is what is sent as one, whatever else looks like it."""
    headers["X-Content-Type-Options"] = "nosniff"
