"""Every page in a real browser: it loads whole, in peace, and from us alone."""

import pytest

from tests.chromium import Chromium
from tests.closing import LONG_KEY
from tests.factories import (
    TEST_ID,
    make_incident,
    make_run,
    store_event,
    store_incident,
    store_run,
    store_test,
)
from tests.product_server import ProductServer

pytestmark = pytest.mark.chromium

BASE = f"/api/tests/{TEST_ID}"
PAGES = [
    "/api/",
    "/api/dashboard",
    "/api/tests",
    BASE,
    f"{BASE}/results",
    f"{BASE}/results/a1b2c3d4",
    f"{BASE}/timing",
    f"{BASE}/uptime",
    f"{BASE}/incidents",
]
# Not a loopback name: some scripts ask the outside only where they are in earnest.
HOST = "monitor.example"
HOSTS = {"ALLOWED_HOSTS": f"127.0.0.1,{HOST}", "SECRET_KEY": LONG_KEY}
MARKUP = "<script>document.title = 'hacked'</script><img src=x onerror=hacked()>"
ROWS = "document.querySelectorAll('#live-log li[data-id]').length"
STATE = "document.getElementById('live-state').textContent"


@pytest.fixture(scope="module")
def site(server_url):
    with ProductServer(server_url, **HOSTS) as server:
        yield server.url.replace("127.0.0.1", HOST)


@pytest.fixture(scope="module")
def chromium(site):
    flags = [
        f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
        # As behind TLS: over plain HTTP Chromium grumbles about a header.
        f"--unsafely-treat-insecure-origin-as-secure={site}",
    ]
    with Chromium(*flags) as browser:
        yield browser


@pytest.fixture
def open_page(chromium):
    """Opens a page that is closed after the test."""
    yield chromium.open
    chromium.close_pages()


@pytest.fixture(autouse=True)
def known(redis_client):
    store_test(redis_client, name=MARKUP)
    store_run(redis_client, TEST_ID, make_run(passed=False, details=MARKUP))
    store_incident(redis_client, TEST_ID, make_incident(error=MARKUP))


def assert_at_peace(page, site):
    """Nothing in the console, no file missing, nothing asked of anybody else."""
    assert page.complaints() == []
    for request in page.requests():
        if not request.url.startswith(("data:", "blob:")):
            assert request.url.startswith(f"{site}/"), request
            assert request.failure is None, request
            assert request.status in (None, 200), request


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_whole_and_fits_wide_narrow_light_and_dark(open_page, site, path):
    page = open_page(site + path)
    assert_at_peace(page, site)
    assert len(page.requests()) >= 4
    for width, dark in ((1280, False), (360, True)):
        page.look(width, dark=dark)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == ("rgb(15, 22, 21)" if dark else "rgb(244, 246, 246)")


@pytest.mark.parametrize("width", [1280, 360])
def test_no_name_of_the_root_runs_into_its_link(open_page, site, redis_client, width):
    store_test(redis_client)
    page = open_page(f"{site}/api/")
    page.look(width)
    over = """[...document.querySelectorAll('dl.places div')].filter(place => {
      const [name, link] = place.children;
      return name.scrollWidth > name.clientWidth || link.scrollWidth > link.clientWidth;
    }).length"""
    assert page.evaluate(over) == 0
    cells = "document.querySelector('.wide').scrollWidth"
    box = "document.querySelector('.wide').clientWidth"
    assert width < 1280 or page.evaluate(f"{cells} === {box}")


def test_a_table_that_is_wider_than_the_page_scrolls_in_its_box(open_page, site):
    page = open_page(f"{site}/api/summary")
    box = "document.querySelector('.wide')"
    page.look(1280)
    assert page.evaluate(f"{box}.scrollWidth === {box}.clientWidth")
    page.look(360)
    assert page.evaluate(f"{box}.scrollWidth > {box}.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.evaluate(f"getComputedStyle({box}).overflowX") == "auto"
    page.evaluate(f"{box}.focus()")
    assert page.evaluate(f"document.activeElement === {box}")


def test_swagger_shows_every_endpoint_and_tries_one(open_page, site):
    page = open_page(f"{site}/docs")
    page.wait_for("document.querySelectorAll('.opblock').length >= 9")
    page.evaluate("document.querySelector('#operations-results-get_dashboard').click()")
    page.evaluate("document.querySelector('.opblock-summary-control').click()")
    for button in (".try-out__btn", ".execute"):
        page.wait_for(f"document.querySelector('{button}')")
        page.evaluate(f"document.querySelector('{button}').click()")
    page.wait_for("document.querySelector('.live-responses-table')")
    assert "total_tests" in page.text(".live-responses-table")
    assert_at_peace(page, site)


def test_redoc_shows_the_document_and_finds_in_it(open_page, site):
    page = open_page(f"{site}/redoc")
    page.wait_for("document.body.innerText.includes('Counts over all tests')")
    # The footer's logo is tried, fails at once, and goes.
    page.wait_for("document.body.innerText.includes('API docs by')")
    page.wait_for("!document.querySelector('img[alt=\"redocly logo\"]')")
    assert_at_peace(page, site)


def test_the_form_leaves_out_what_is_empty_or_at_its_default(open_page, site):
    page = open_page(f"{site}/api/tests?q=abc")
    page.evaluate("document.querySelector('[name=q]').value = ' '")
    page.evaluate("document.querySelector('[name=limit]').value = '7'")
    page.follow(".parameters button")
    assert page.evaluate("location.search") == "?limit=7"
    assert_at_peace(page, site)


def test_a_run_is_reached_by_clicks_alone(open_page, site):
    page = open_page(f"{site}/api/")
    page.follow(f"a[href='{BASE}/results']")
    page.follow(f"a[href='{BASE}/results/a1b2c3d4']")
    assert '"run_id": "a1b2c3d4"' in page.text("pre")
    assert page.evaluate("document.title").startswith("Run a1b2c3d4")


def test_the_live_log_fills_while_a_run_happens(open_page, site, redis_client):
    store_event(redis_client, TEST_ID, "plan_start", message="Planning")
    page = open_page(f"{site}{BASE}/live")
    page.wait_for(f"{ROWS} === 1")
    page.wait_for(f"{STATE} === 'open'")
    store_event(redis_client, TEST_ID, "step_complete", step_number="1", passed="True")
    store_event(redis_client, TEST_ID, "step_complete", step_number="2", passed="false")
    page.wait_for(f"{ROWS} === 3")
    newest = page.text("#live-log li")
    assert "step_complete" in newest and "step 2" in newest and "failed" in newest
    outcomes = "[...document.querySelectorAll('.outcome')].map(o => o.className)"
    assert page.evaluate(outcomes) == ["outcome failed", "outcome passed"]
    assert page.text("#live-count") == "3 events"
    assert_at_peace(page, site)


def test_a_hostile_event_is_text_in_the_live_log(open_page, site, redis_client):
    bad = {"message": MARKUP, "timestamp": MARKUP, "step_number": MARKUP}
    store_event(redis_client, TEST_ID, MARKUP, passed=MARKUP, __proto__="x", **bad)
    page = open_page(f"{site}{BASE}/live")
    page.wait_for(f"{ROWS} === 1")
    assert page.text("#live-log .message") == MARKUP
    inside = "document.querySelectorAll('#live-log :is(script, img, a)').length"
    assert page.evaluate(inside) == 0
    page.evaluate("document.querySelector('#live-log summary').click()")
    assert "hacked" in page.text("#live-log pre")
    assert page.evaluate("document.title").startswith("Live")
    assert_at_peace(page, site)


def test_the_live_log_stops_and_connects_again_on_demand(open_page, site, redis_client):
    store_event(redis_client, TEST_ID, "plan_start")
    page = open_page(f"{site}{BASE}/live")
    page.wait_for(f"{ROWS} === 1 && {STATE} === 'open'")
    page.evaluate("document.getElementById('live-switch').click()")
    page.wait_for(f"{STATE} === 'closed'")
    store_event(redis_client, TEST_ID, "eval_complete", passed="true")
    page.evaluate("document.getElementById('live-switch').click()")
    page.wait_for(f"{ROWS} === 2 && {STATE} === 'open'")


def test_without_following_the_live_log_shows_what_is_stored(
    open_page, site, redis_client
):
    for _ in range(3):
        store_event(redis_client, TEST_ID, "step_start")
    page = open_page(f"{site}{BASE}/live?follow=false")
    page.wait_for(f"{ROWS} === 3 && {STATE} === 'closed'")
    streams = [r for r in page.requests() if r.url.endswith("/live?follow=false")]
    assert len(streams) == 2, "the page and one stream"


def test_the_live_log_connects_again_by_itself(open_page, server_url, redis_client):
    store_event(redis_client, TEST_ID, "plan_start")
    with ProductServer(server_url, LIVE_IDLE_CLOSE_SECONDS="0.5") as server:
        page = open_page(f"{server.url}{BASE}/live")
        page.wait_for(f"{STATE} === 'reconnecting'")
        store_event(redis_client, TEST_ID, "eval_complete", passed="true")
        page.wait_for(f"{ROWS} === 2")
        assert "eval_complete" in page.text("#live-log li[data-id]")
        assert page.text("#live-log .note") == "The server ended the stream: idle."
