"""`/api/` in a browser: the way to everything."""

import pytest
from django.urls import clear_script_prefix, set_script_prefix

from results.connection import use_store
from results.endpoints import ENDPOINTS
from tests.factories import TEST_ID, store_test
from tests.page_reading import BROWSER, read_page

OF_A_TEST = [
    *("", "/results", "/timing", "/timing/stats", "/steps", "/uptime"),
    *("/incidents", "/outages"),
    *("/availability", "/availability/slots", "/feed.atom", "/live"),
]
FILES = ["results", "outages", "timing", "availability/slots"]


def test_the_root_links_to_every_endpoint_that_needs_no_id(api):
    page = read_page(api, "/api/")
    general = {path for path in ENDPOINTS.values() if "{" not in path}
    assert general <= set(page.hrefs)
    assert not [href for href in page.hrefs if ".csv" in href]
    assert "No test is stored yet." in page.text


def test_several_tests_are_asked_about_by_their_ids(api, redis_client):
    store_test(redis_client, "a_1")
    store_test(redis_client, "b-2")
    hrefs = read_page(api, "/api/").hrefs
    (asked,) = [href for href in hrefs if href.startswith("/api/availability?")]
    assert asked in (
        "/api/availability?tests=a_1,b-2",
        "/api/availability?tests=b-2,a_1",
    )
    files = [href.partition("?") for href in hrefs if ".csv" in href]
    assert [path for path, _, _ in files] == [f"/api/{name}.csv" for name in FILES]
    assert {query for _, _, query in files} == {asked.partition("?")[2]}


def test_a_test_has_its_badge_beside_its_endpoints(api, redis_client):
    store_test(redis_client)
    assert f"/badges/{TEST_ID}/status.svg" in read_page(api, "/api/").hrefs


def test_names_of_pages_are_words(api, redis_client):
    store_test(redis_client)
    page = read_page(api, "/api/")
    assert "outage groups" in page.text and "timing stats" in page.text
    tabs = read_page(api, f"/api/tests/{TEST_ID}").text
    assert "Timing stats" in tabs and "Timing_stats" not in tabs


def test_the_root_has_a_row_of_links_for_each_test_newest_first(api, redis_client):
    store_test(redis_client, "older", created_at="2026-02-01", name="First one")
    store_test(redis_client, "newer", created_at="2026-02-02", name="Second one")
    page = read_page(api, "/api/")
    wanted = [f"/api/tests/{i}{p}" for i in ("newer", "older") for p in OF_A_TEST]
    assert [href for href in page.hrefs if href.startswith("/api/tests/")] == wanted
    assert page.text.index("Second one") < page.text.index("First one")


def test_every_link_of_the_root_answers_a_browser(api, redis_client):
    store_test(redis_client)
    hrefs = read_page(api, "/api/").hrefs
    assert len(hrefs) > 12
    for href in hrefs:
        assert api.get(href, HTTP_ACCEPT=BROWSER).status_code == 200, href


def test_the_root_shows_fifty_tests_and_says_how_many_more(api, redis_client):
    for n in range(53):
        store_test(redis_client, f"t{n:02}")
    page = read_page(api, "/api/")
    of_tests = [href for href in page.hrefs if href.startswith("/api/tests/")]
    assert sum(href.endswith("/live") for href in of_tests) == 50
    assert "And 3 more" in page.text


def test_the_root_page_answers_while_the_store_is_away(api, server_url):
    use_store("redis://127.0.0.1:1")
    try:
        page = read_page(api, "/api/")
    finally:
        use_store(server_url)
    assert "the tests cannot be listed now" in page.text
    assert "/api/dashboard" in page.hrefs


def test_the_root_page_answers_when_the_index_is_of_a_wrong_type(api, redis_client):
    redis_client.set("tests:all", "no set")
    assert "the tests cannot be listed now" in read_page(api, "/api/").text


@pytest.mark.parametrize("accept", ["*/*", "application/json", None])
@pytest.mark.parametrize("path", ["/api/", "/api/tests", "/api/dashboard"])
def test_whoever_asks_for_no_page_gets_json(api, path, accept):
    headers = {"HTTP_ACCEPT": accept} if accept else {}
    response = api.get(path, **headers)
    assert response["Content-Type"] == "application/json"
    assert "Accept" in response["Vary"]


def test_the_json_of_the_root_names_every_endpoint(api):
    assert api.get("/api/").json() == ENDPOINTS


def test_a_site_below_a_prefix_links_below_it(api, redis_client):
    store_test(redis_client)
    # A server tells Django the prefix so; the test client does not.
    set_script_prefix("/monitor/")
    try:
        response = api.get("/api/", HTTP_ACCEPT=BROWSER, SCRIPT_NAME="/monitor")
    finally:
        clear_script_prefix()
    page = response.content.decode()
    assert f'href="/monitor/api/tests/{TEST_ID}/live"' in page
    assert 'href="/monitor/docs"' in page
    assert 'href="/api/' not in page and 'href="/docs' not in page


def test_browsers_find_an_icon_for_json_too(api):
    response = api.get("/favicon.ico")
    assert response.status_code == 302
    assert response["Location"] == "/static/results/favicon.svg"
