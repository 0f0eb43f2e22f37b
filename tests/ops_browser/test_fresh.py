"""A page looks for news by itself, and says so where it gets none."""

import time

import pytest

from tests.factories import TEST_ID, make_run, store_run
from tests.ops_browser.one_test import DRAWN, URL, fill

pytestmark = [pytest.mark.gate, pytest.mark.chromium]


@pytest.mark.parametrize("path, seconds", [("/ops/", 11), (URL, 31)])
def test_a_page_says_so_when_it_is_not_fresh_any_more(open_page, client, path, seconds):
    page = open_page(path, clocked=True)
    if path == URL:
        page.wait_for_selector(".connection[data-state=open]")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.clock.run_for(seconds * 1_000)
    page.wait_for_selector("#stale:visible")
    page.context.add_cookies(cookies)
    page.clock.run_for(seconds * 1_000)
    page.wait_for_selector("#stale", state="hidden")
    assert not page.is_visible("text=Not up to date")


def test_a_writer_that_tells_nothing_is_looked_at_anyway(open_page, client):
    fill(client, 1)
    page = open_page(URL, clocked=True)
    page.wait_for_selector(DRAWN)
    now = time.time()
    store_run(client, TEST_ID, make_run("quiet", False, now), now)
    page.clock.run_for(31_000)
    page.wait_for_selector("tr:has([data-body*=quiet])")
    page.wait_for_selector(f"{DRAWN} .chart[data-points='2'][data-failed='1']")


def test_scripts_say_what_cannot_be_read_until_it_can(stage, open_page, client):
    fill(client, 3)
    spoiled = {kind: f"{kind}:{TEST_ID}" for kind in ("timing", "events")}
    client.rename(spoiled["timing"], "elsewhere")
    for key in spoiled.values():
        client.set(key, "text")
    page = open_page(URL, clocked=True)
    page.wait_for_selector("#live:has(.connection[data-state=refused]) code")
    wrong = "The stored data has an unexpected type and cannot be read."
    assert page.inner_text(".live-headline") == f"events:{TEST_ID}: {wrong}"
    page.wait_for_selector("#timing[data-state=failed]")
    read_from = f"It is read from timing:{TEST_ID} and results:{TEST_ID}."
    assert f"{wrong} {read_from}" in page.inner_text(".chart-said")
    assert page.locator(".chart-figures dd").all_inner_texts() == ["–"] * 3
    assert page.locator("#runs .opener").count() == 3
    client.rename("elsewhere", spoiled["timing"])
    client.delete(spoiled["events"])
    page.clock.run_for(31_000)
    page.wait_for_selector(".connection[data-state=open]")
    assert "No run has told anything yet" in page.inner_text("#live")
    page.wait_for_selector(f"{DRAWN} .chart[data-points='3']")
    # What a browser says about each answer of 502.
    complaints = stage.complaints(page)
    assert all("502" in said for said in complaints)
    complaints.clear()
