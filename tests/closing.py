"""API keys, and the product closed by them in this process."""

from __future__ import annotations

import contextlib

from results import openapi
from results.access.keys import ApiKey, digest_of
from tests.factories import TEST_ID, make_run, store_run, store_test

GATE = "results.access.gate.AccessGate"
THROTTLE = "results.access.throttle.Throttle"
# One that other hosts, or API keys, need.
LONG_KEY = "of-all-processes-the-same-0123456789-0123456789-0123"
KEY, OTHER_KEY = "mon_" + "k" * 43, "mon_" + "o" * 43
FRONTEND, SCRAPER = (
    ApiKey(name, digest_of(key))
    for name, key in (("frontend", KEY), ("scraper", OTHER_KEY))
)
BEARER = {"Authorization": f"Bearer {KEY}"}

LIVE = f"/api/tests/{TEST_ID}/live?follow=false"


@contextlib.contextmanager
def closed_by_keys(settings, api, redis_client):
    """The API client of a product that keys close, with one test that ran once."""
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run())
    close(settings)
    forget_document()
    yield api
    forget_document()


def forget_document():
    openapi._made.cache_clear()
    openapi._rendered.cache_clear()
    openapi.document_mark.cache_clear()


def assert_refused(response, code="not_authenticated"):
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="monitor"'
    assert response["Cache-Control"] == "no-store"
    (error,) = response.json()["errors"]
    assert (response.json()["type"], error["code"]) == ("client_error", code)


def close(settings, *keys: ApiKey) -> None:
    """As `API_KEYS` does; for clients that have asked nothing yet."""
    settings.API_KEYS = keys or (FRONTEND, SCRAPER)
    put_in(settings, GATE)


def put_in(settings, middleware: str) -> None:
    """Where the settings have it."""
    cors = settings.MIDDLEWARE.index("corsheaders.middleware.CorsMiddleware")
    before, after = settings.MIDDLEWARE[: cors + 1], settings.MIDDLEWARE[cors + 1 :]
    gates = [name for name in after if name in (GATE, THROTTLE)]
    rest = [name for name in after if name not in gates]
    settings.MIDDLEWARE = [*before, *gates, middleware, *rest]
