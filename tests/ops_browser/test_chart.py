"""The chart of response times: what is drawn, and what that says."""

import time

import pytest

from tests.factories import TEST_ID, make_run, store_runs, store_timing
from tests.ops_browser.one_test import API, DRAWN, URL, fill

pytestmark = [pytest.mark.gate, pytest.mark.chromium]


def test_the_chart_has_every_run_and_the_figures_of_the_api(open_page, client):
    fill(client, 40)
    page = open_page(URL)
    page.wait_for_selector(DRAWN)
    chart = page.locator(".chart")
    assert chart.get_attribute("data-points") == "40"
    assert chart.get_attribute("data-failed") == "4"
    stats = page.evaluate(f"fetch('{API}/timing/stats?window=7d').then(r => r.json())")
    shown = page.locator(".chart-figures dd").all_inner_texts()
    tenths = [f"{stats['percentiles'][p] / 1000:.1f} s" for p in ("p50", "p95")]
    assert shown == [*tenths, "40"]
    label = chart.get_attribute("aria-label")
    assert "40 runs, 4 shown as failed" in label and tenths[0] in label


def test_the_chart_is_a_table_too(open_page, client):
    fill(client, 40)
    page = open_page(f"{URL}?chart=24h")
    page.wait_for_selector(DRAWN)
    page.click(".chart-table summary")
    page.wait_for_selector(".chart-table tbody tr")
    assert page.locator(".chart-table tbody tr").count() == 40
    fourth = page.locator(".chart-table tbody tr").nth(3)
    assert "failed" in fourth.inner_text() and "1.0 s" in fourth.inner_text()
    fourth.locator("a").click()
    page.wait_for_url(f"**{URL}runs/r3/")


def test_a_point_says_what_it_is_and_opens_its_run(open_page, client):
    fill(client, 1)
    page = open_page(f"{URL}?chart=24h")
    page.wait_for_selector(DRAWN)
    box = page.locator(".u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + 50)
    page.wait_for_selector(".chart-said .badge")
    assert "passed in 1.0 s" in page.inner_text(".chart-said")
    # Far from every point nothing is meant.
    page.mouse.click(box["x"] + 100, box["y"] + 50)
    assert "click a point" in page.inner_text(".chart-said")
    assert page.url.endswith("?chart=24h")
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + 50)
    page.wait_for_url(f"**{URL}runs/r0/")


def test_many_runs_are_few_points_and_no_failed_one_is_lost(open_page, client):
    fill(client, 300)
    page = open_page(URL)
    page.wait_for_selector(DRAWN)
    chart = page.locator(".chart")
    assert chart.get_attribute("data-failed") == "30"
    assert 200 <= int(chart.get_attribute("data-points")) <= 230
    assert "of 300 runs are drawn" in page.inner_text(".chart-said")


def test_failed_runs_beyond_a_page_of_them_are_drawn_or_counted(open_page, client):
    now = time.time()
    failed = [
        (make_run(f"f{n}", False, now - 60 - n), now - 60 - n) for n in range(620)
    ]
    store_runs(client, TEST_ID, failed)
    for run, at in failed:
        store_timing(client, TEST_ID, f"{run['duration_ms']}:{run['run_id']}", at)
    page = open_page(URL)
    page.wait_for_selector(DRAWN)
    drawn = int(page.locator(".chart").get_attribute("data-failed"))
    assert 500 <= drawn < 620
    assert f"{drawn} of 620 failed ones" in page.inner_text(".chart-said")
