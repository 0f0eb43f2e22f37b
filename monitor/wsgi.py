"""The entry for `runserver` and for servers that carry the JSON endpoints alone."""

import os

from django.core.wsgi import get_wsgi_application
from servestatic import ServeStatic

from monitor.content_type import ignored_by_wsgi
from monitor.static_files import with_static_files
from results.serving import require_store, tune_garbage_collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")

application = with_static_files(ServeStatic(ignored_by_wsgi(get_wsgi_application())))
require_store()
tune_garbage_collector()
