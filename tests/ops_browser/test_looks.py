"""How pages look: dark, narrow, with odd texts, without scripts, and to axe."""

import time

import pytest

from tests.factories import TEST_ID, make_run, store_event, store_run, store_test
from tests.ops_browser.one_test import DRAWN, PLAN, URL, fill

pytestmark = [pytest.mark.gate, pytest.mark.chromium]


def test_the_dark_dress_follows_the_system_and_the_switch(open_page, client):
    fill(client, 3)
    page = open_page(URL, dark=True)
    page.wait_for_selector(DRAWN)

    def paper():
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    dark = paper()
    before = page.evaluate("window.was = document.querySelector('.chart canvas'), 1")
    assert before and dark == "rgb(15, 22, 21)"
    while page.evaluate("document.documentElement.dataset.theme") != "light":
        page.click(".theme-toggle")
    assert paper() != dark
    # Its colours are those of the page: it is drawn anew.
    page.wait_for_function("() => document.querySelector('.chart canvas') !== was")


@pytest.fixture
def odd_and_long(client):
    """What breaks a layout: no space, no end, from right to left, nothing at all."""
    word, story = "x" * 300, "word " * 2_000
    hebrew = "שלום עולם, הכפתור לא נמצא"
    store_test(client, name=word, url=f"https://a.example/{word}", goal=story)
    store_test(client, "rtl", name=hebrew, goal=hebrew)
    fill(client, 25)
    now = time.time()
    bad = make_run("long", False, now, error=word, details=story, triggered_by=word)
    store_run(client, TEST_ID, bad, now)
    store_run(client, "rtl", make_run("r", False, now, error=hebrew), now)
    store_event(client, TEST_ID, "plan_complete", steps=PLAN, message=word)
    store_event(client, TEST_ID, "eval_complete", passed="True", message=story)


PAGES = [
    "/ops/",
    f"{URL}?limit=5",
    f"{URL}runs/long/",
    "/ops/tests/rtl/",
    "/ops/tests/rtl/runs/r/",
]


def look_at_all(page):
    """Wait for what comes late, and open all that opens."""
    if page.locator("#timing").count():
        page.wait_for_selector(DRAWN)
        page.wait_for_selector(".connection[data-state=open]")
        page.locator(".opener").first.click()
        page.wait_for_selector(".run-body")
    for summary in page.locator("summary:visible").all():
        summary.click()


@pytest.mark.npm_packages
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_everybody_can_use_it_and_nothing_sticks_out(
    open_page, odd_and_long, width, dark
):
    from tests.ops_stage import overflow, serious_findings

    found = {}
    for path in [*PAGES, "/ops/login/"]:
        is_login = "login" in path
        page = open_page(path, width=width, dark=dark, logged_in=not is_login)
        look_at_all(page)
        found[path] = overflow(page) + serious_findings(page)
    assert found == dict.fromkeys(found, [])


def test_the_table_of_tests_fits_its_frame_and_its_cards(open_page, odd_and_long):
    page = open_page("/ops/")
    frame = page.locator(".tests-frame")
    assert page.is_visible("thead th.next_run")
    assert frame.evaluate("(box) => box.scrollWidth - box.clientWidth") == 0
    page = open_page("/ops/", width=360)
    url = page.locator("tbody .url").first.bounding_box()
    assert url["width"] == page.locator("tbody .name").first.bounding_box()["width"]


def test_without_scripts_nothing_waits_for_one(stage, open_page, client):
    fill(client, 1)
    state = open_page(URL).context.storage_state()
    context = stage.browser.new_context(
        base_url=stage.base_url, java_script_enabled=False, storage_state=state
    )
    page = context.new_page()
    page.goto(URL)
    said = page.inner_text("main")
    assert "Needs a browser that runs scripts" in said and "Waiting" not in said
    assert not page.is_visible(".chart-bar") and not page.is_visible(".chart")
    page.click(".opener")
    assert page.url.endswith(f"{URL}runs/r0/")
    context.close()
