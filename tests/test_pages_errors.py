"""A failure on a page: the status and the error body that a script would get."""

import json

import pytest

from results.connection import use_store
from tests.factories import TEST_ID, make_run, store_run, store_test
from tests.page_reading import BROWSER, read_page

BASE = f"/api/tests/{TEST_ID}"
PATHS = [
    "/api/dashboard",
    "/api/tests",
    BASE,
    f"{BASE}/results",
    f"{BASE}/results/a1b2c3d4",
    f"{BASE}/timing",
    f"{BASE}/uptime",
    f"{BASE}/incidents",
]
OTHERS = ["/api/", f"{BASE}/live", "/docs", "/redoc"]


def error_on(page):
    """The JSON that the page shows, read back."""
    shown = "".join(text for tag, text in page.texts if tag == "pre")
    return json.loads(shown[shown.index("{") :])


@pytest.mark.parametrize("path", PATHS[2:])
def test_an_unknown_test_is_a_page_with_the_error(api, path):
    page = read_page(api, path, 404)
    assert error_on(page)["errors"][0]["code"] == "not_found"
    assert f"{BASE}/live" not in page.hrefs


def test_a_refused_parameter_is_a_page_with_the_error_and_the_form(api, redis_client):
    store_test(redis_client)
    page = read_page(api, f"{BASE}/results?limit=0&offset=x", 400)
    refused = {error["attr"] for error in error_on(page)["errors"]}
    assert refused == {"limit", "offset"} <= set(page.inputs)
    assert f"{BASE}/live" in page.hrefs


@pytest.mark.parametrize("path", PATHS)
def test_without_the_store_a_page_says_so(api, server_url, path):
    use_store("redis://127.0.0.1:1")
    try:
        page = read_page(api, path, 503)
    finally:
        use_store(server_url)
    assert error_on(page)["errors"][0]["code"] == "storage_unavailable"


def test_a_wrong_type_is_a_page_with_the_error(api, redis_client):
    redis_client.set(f"results:{TEST_ID}", "no set")
    page = read_page(api, f"{BASE}/results", 502)
    assert error_on(page)["errors"][0]["code"] == "unreadable_key"


def test_the_live_url_answers_its_errors_as_json_to_browsers_too(api):
    response = api.get(f"{BASE}/live", HTTP_ACCEPT=BROWSER)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", [*PATHS, *OTHERS])
@pytest.mark.parametrize("accept", [BROWSER, "*/*"])
def test_every_endpoint_describes_itself(api, redis_client, path, accept):
    store_run(redis_client, TEST_ID, make_run())
    response = api.options(path, HTTP_ACCEPT=accept)
    assert response.status_code == 200
    if response["Content-Type"] == "application/json":
        assert {"name", "description", "renders"} <= set(response.json())
    else:
        assert b"renders" in response.content


@pytest.mark.parametrize("path", [*PATHS, *OTHERS])
def test_a_head_request_has_the_headers_of_the_page(api, redis_client, path):
    store_run(redis_client, TEST_ID, make_run())
    response = api.head(path, HTTP_ACCEPT=BROWSER)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_writing_to_a_reference_page_is_the_one_error_body(api, path, method):
    response = getattr(api, method)(path, HTTP_ACCEPT=BROWSER)
    assert response.status_code == 405
    assert response.json()["errors"][0]["code"] == "method_not_allowed"
