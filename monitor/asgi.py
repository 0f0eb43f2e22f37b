"""The server entry: JSON and streams in one process group."""

import os

from django.core.asgi import get_asgi_application
from servestatic import ServeStaticASGI

from monitor.content_type import ignored_by_asgi
from monitor.static_files import with_static_files
from results.serving import require_store

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")

application = with_static_files(
    ServeStaticASGI(ignored_by_asgi(get_asgi_application()))
)
require_store()
