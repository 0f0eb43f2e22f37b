"""The server entry: JSON and streams in one process group."""

import os

from django.core.asgi import get_asgi_application
from servestatic import ServeStaticASGI

from monitor.content_type import ignored_by_asgi
from monitor.static_files import with_static_files
from results.serving import require_store, tune_garbage_collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")
django_application = get_asgi_application()

# Only now are the settings there that it looks into while it is imported.
from results.live.transport import LiveTransport  # noqa: E402

application = with_static_files(
    ServeStaticASGI(ignored_by_asgi(LiveTransport(django_application)))
)
require_store()
tune_garbage_collector()
