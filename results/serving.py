"""What a server process needs before its first request."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from results.connection import use_store
from results.embedded import EmbeddedStoreError, Store, join_store


def require_store() -> None:
    """Join the running store of VAR_DIR unless REDIS_URL is set; refuse without one.

    A server never starts a store: of several workers none could own it, and the data
    would come and go with whichever did.
    """
    if settings.REDIS_URL:
        return
    store = _running_store()
    if store is None:
        raise ImproperlyConfigured(
            f"REDIS_URL is not set and no store is running in {settings.VAR_DIR}: set "
            "REDIS_URL, or start `manage.py demo` or `manage.py runserver` first, "
            "which bring a store along"
        )
    use_store(store.url)


def _running_store() -> Store | None:
    try:
        return join_store(settings.VAR_DIR)
    except EmbeddedStoreError as failure:
        raise ImproperlyConfigured(f"REDIS_URL is not set, and {failure}") from failure
