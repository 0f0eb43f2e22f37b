"""The server entry: JSON and streams in one process group."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

from monitor.content_type import ignored_by_asgi
from monitor.static_files import StaticAsgi, with_static_files
from monitor.threaded import ThreadedHandler
from results.serving import require_store, tune_garbage_collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")
django_application = get_asgi_application()

# Only now are the settings there that it looks into while it is imported.
from results.live.transport import PATH_END, LiveTransport  # noqa: E402

streams = LiveTransport(ignored_by_asgi(django_application))
requests = with_static_files(StaticAsgi(ignored_by_asgi(ThreadedHandler())))


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Streams to the handler that can wait, the rest to the one that is cheap."""
    is_request = scope["type"] == "http" and not scope["path"].endswith(PATH_END)
    await (requests if is_request else streams)(scope, receive, send)


require_store()
tune_garbage_collector()
