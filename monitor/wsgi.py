"""The entry for `runserver` and for servers that carry the JSON endpoints alone."""

import os

from django.core.wsgi import get_wsgi_application
from servestatic import ServeStatic

from monitor.static_files import with_static_files
from results.serving import require_store

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")

application = with_static_files(ServeStatic(get_wsgi_application()))
require_store()
