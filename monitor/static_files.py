"""Static files in front of Django, for WSGI and ASGI alike.

Around the application and not as a middleware: ServeStatic's middleware is async
only, which would send every WSGI request through an event loop of its own.
"""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from servestatic.base import ServeStaticBase

Server = TypeVar("Server", bound=ServeStaticBase)


def with_static_files(server: Server) -> Server:
    """`server` with every file that the installed packages ship: no collectstatic."""
    for finder in get_finders():
        for path, storage in finder.list([]):
            url = f"/{settings.STATIC_URL.strip('/')}/{path}"
            server.add_file_to_dictionary(url, storage.path(path))
    return server
