"""The entry for `runserver` and for servers that carry the JSON endpoints alone."""

import os

from django.core.wsgi import get_wsgi_application

from monitor.content_type import ignored_by_wsgi
from monitor.static_files import StaticWsgi, with_static_files
from results.serving import require_store, tune_garbage_collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")

application = with_static_files(StaticWsgi(ignored_by_wsgi(get_wsgi_application())))
require_store()
tune_garbage_collector()
