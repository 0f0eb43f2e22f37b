"""What a server process needs before its first request."""

from __future__ import annotations

import gc

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import get_resolver

from results.connection import use_store, writer_client
from results.embedded import EmbeddedStoreError, Store, join_store
from results.topology.plain_client import REFUSAL, is_one_of_a_cluster

# Larger ones grew memory by 14 KB a closed request until a collection came.
GC_THRESHOLDS = (20_000, 20, 10)


def require_store() -> None:
    """Join the running store of VAR_DIR unless REDIS_URL is set; refuse without one.

    A server never starts a store: of several workers none could own it, and the data
    would come and go with whichever did.
    """
    if settings.REDIS_URL:
        _refuse_part_of_a_cluster(settings.REDIS_URL)
        return
    store = _running_store()
    if store is None:
        raise ImproperlyConfigured(
            f"REDIS_URL is not set and no store is running in {settings.VAR_DIR}: set "
            "REDIS_URL, or start `manage.py demo` or `manage.py runserver` first, "
            "which bring a store along"
        )
    use_store(store.url)


def _refuse_part_of_a_cluster(url: str) -> None:
    """Once, at the start: where nobody answers yet, requests say so."""
    with writer_client(url) as client:
        if is_one_of_a_cluster(client, url):
            raise ImproperlyConfigured(REFUSAL)


def tune_garbage_collector() -> None:
    """Take what is loaded by now out of the collector's sight, and let it look at the
    rest less often: a full collection stops a process with thousands of open streams
    for half a second, and finds next to nothing. The views belong to what is loaded."""
    get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def _running_store() -> Store | None:
    try:
        return join_store(settings.VAR_DIR)
    except EmbeddedStoreError as failure:
        raise ImproperlyConfigured(f"REDIS_URL is not set, and {failure}") from failure
