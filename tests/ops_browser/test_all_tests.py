"""The table of tests: found, sorted, walked through, and kept fresh."""

import time

import pytest

from tests.factories import iso, store_test

pytestmark = [pytest.mark.gate, pytest.mark.chromium]


def names(page):
    return page.locator("table.tests tbody th.name a").all_inner_texts()


@pytest.fixture
def many(redis_client):
    """Sixty tests: each fifth fails, each seventh is paused; the newest ran last."""
    now = time.time()
    for n in range(60):
        fields = {"last_result": "failed"} if n % 5 == 0 else {}
        fields |= {"status": "paused"} if n % 7 == 0 else {}
        at = now - 60 * (n + 1)
        name, url = f"Test {n:02}", f"https://shop.example/{n}"
        stored = {"name": name, "url": url, "last_run_at": iso(at), **fields}
        store_test(redis_client, f"t{n:02}", **stored)


def test_tests_are_searched_filtered_sorted_paged_and_the_way_back_works(
    open_page, many
):
    page = open_page("/ops/")
    failing = [f"Test {n:02}" for n in range(0, 60, 5)]
    assert names(page)[:13] == [*failing, "Test 01"]
    page.click("nav.pages [rel=next]")
    page.wait_for_url("**offset=50*")
    assert len(names(page)) == 11
    page.go_back()
    page.wait_for_url("**/ops/")
    assert len(names(page)) == 50
    page.select_option("#status", "paused")
    page.wait_for_url("**status=paused*")
    assert len(names(page)) == 9
    page.select_option("#result", "failing")
    page.wait_for_url("**result=failing*")
    assert names(page) == ["Test 00", "Test 35"]
    page.click("#by-name")
    page.wait_for_url("**sort=*")
    page.click("#by-name")
    page.wait_for_url("**sort=-name*")
    assert names(page) == ["Test 35", "Test 00"]
    page.fill("#q", "shop.example/35")
    page.press("#q", "Enter")
    page.wait_for_url("**q=shop*")
    assert names(page) == ["Test 35"]
    bookmark = page.url
    page.click("tbody th.name a")
    page.wait_for_url("**/ops/tests/t35/")
    page.go_back()
    page.wait_for_url(bookmark)
    assert names(page) == ["Test 35"]
    assert page.input_value("#q") == "shop.example/35"


def test_the_table_of_tests_stays_fresh_and_keeps_the_place(open_page, many, client):
    page = open_page("/ops/", clocked=True)
    link = page.locator("tbody th.name a", has_text="Test 44")
    link.focus()
    top = page.evaluate("scrollY")
    assert top > 0
    client.hset("test:t44", "status", "error")
    page.clock.run_for(11_000)
    page.wait_for_selector("tr:has(:focus) .badge.error")
    assert page.evaluate("document.activeElement.innerText") == "Test 44"
    assert page.evaluate("scrollY") == top
