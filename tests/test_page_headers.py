"""Headers that every page has, whoever makes it."""

import contextlib

import pytest
from django.test import RequestFactory

from monitor.static_files import StaticWsgi, with_static_files
from tests.factories import TEST_ID, make_run, store_run, store_test
from tests.page_reading import BROWSER
from tests.test_access import PATHS

pytestmark = pytest.mark.django_db
MORE = ["/ops/login/", "/ops/nope", "/api/tests/none", "/nope", "/api/tests?limit=x"]


@pytest.mark.parametrize("is_public", [True, False])
def test_every_page_has_a_policy_that_lets_nothing_unsafe_in(
    api, redis_client, settings, is_public
):
    settings.OPS_PUBLIC = is_public
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run())
    pages = 0
    for path in [*PATHS, *MORE]:
        response = api.get(path, headers={"Accept": BROWSER})
        assert response["X-Content-Type-Options"] == "nosniff", path
        assert response["X-Frame-Options"] == "DENY", path
        assert response["Referrer-Policy"] == "same-origin", path
        if not response.get("Content-Type", "").startswith("text/html"):
            continue
        if response.status_code in (301, 302, 308):
            continue
        pages += 1
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "script-src 'self'" in policy and "unsafe" not in policy, path
    assert pages > 20


def test_static_files_are_what_they_are_sent_as():
    told = {}
    application = with_static_files(StaticWsgi(None))
    path = next(path for path in application.files if path.endswith(".js"))
    parts = application(
        RequestFactory().get(path).environ,
        lambda status, headers: told.update({"status": status} | dict(headers)),
    )
    with contextlib.closing(parts):
        assert told["status"].startswith("200") and b"".join(parts)
    assert told["X-Content-Type-Options"] == "nosniff"


def test_behind_tls_a_browser_is_told_to_stay_there(api, settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    response = api.get("/healthz", secure=True)
    assert response["Strict-Transport-Security"] == "max-age=31536000"
