"""The runs of a test: rows that open, filters and pages, and from run to run."""

import json
import time

import pytest

from tests.factories import TEST_ID, make_run, store_event, store_run
from tests.ops_browser.one_test import URL, fill

pytestmark = [pytest.mark.gate, pytest.mark.chromium]


def test_a_row_opens_and_only_then_asks_for_what_is_in_it(open_page, client):
    fill(client, 3)
    page = open_page(URL)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_selector(".connection[data-state=open]")
    opener = page.locator(".opener").first
    opener.focus()
    assert not [url for url in asked if "part=body" in url]
    page.keyboard.press("Enter")
    page.wait_for_selector(".run-body")
    assert "Step 3\nnot reached\nSee the dashboard" in page.inner_text(".run-body")
    assert opener.get_attribute("aria-expanded") == "true"
    page.click(".run-body .raw summary")
    assert json.loads(page.inner_text(".run-body .raw pre"))["run_id"] == "r0"
    page.keyboard.press("Escape")
    opener.press("Space")
    assert not page.is_visible(".run-body")
    opener.press("Space")
    assert page.is_visible(".run-body")
    assert len([url for url in asked if "part=body" in url]) == 1
    # A new run comes: the row stays open, and the focus where it was.
    now = time.time()
    store_event(client, TEST_ID, "plan_start")
    store_run(client, TEST_ID, make_run("fresh", score=now), now)
    store_event(client, TEST_ID, "eval_complete", passed="true")
    page.wait_for_selector("tr:has([data-body*=fresh])")
    assert page.locator("tr:has([data-body*='/r0/']) + tr").is_visible()


def test_runs_are_filtered_and_paged_and_the_way_back_works(open_page, client):
    fill(client, 45)
    page = open_page(URL)
    page.click("#runs [rel=next]")
    page.wait_for_url("**/?offset=20#runs")
    assert "21 to 40 of 45" in page.inner_text("#runs")
    page.click("#runs >> text=Failed")
    page.wait_for_url("**/?outcome=failed#runs")
    assert page.locator("#runs .opener").count() == 5
    page.go_back()
    page.wait_for_url("**/?offset=20#runs")
    assert page.locator("#runs .opener").count() == 20
    page.click(".days-table summary")
    page.locator(".days-table tbody a").first.click()
    page.wait_for_url("**/?from=*")
    assert "Only runs of a part" in page.inner_text("#runs")


def test_neighbours_lead_from_run_to_run(open_page, client):
    fill(client, 3)
    page = open_page(f"{URL}runs/r1/")
    page.click(".neighbours a >> nth=0")
    page.wait_for_url("**/runs/r2/")
    page.click(".breadcrumbs a >> nth=1")
    page.wait_for_url(f"**{URL}")
