"""Ranges of the chart: picked, drawn over by mouse and finger, walked through."""

import pytest

from tests.ops_browser.one_test import DRAWN, URL, fill

pytestmark = [pytest.mark.gate, pytest.mark.chromium]


def test_a_range_is_picked_zoomed_into_and_walked_through(open_page, client):
    fill(client, 96)
    page = open_page(URL)
    page.wait_for_selector(DRAWN)
    points = page.locator(".chart")

    def shows(count):
        page.wait_for_selector(f"{DRAWN} .chart[data-points='{count}']")

    page.click("[data-window='24h'] >> text=24h")
    shows(48)
    assert page.url.endswith("?chart=24h")
    pressed = page.locator("#timing [aria-pressed=true]").all_inner_texts()
    assert pressed == ["24h"]
    box = page.locator(".u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 50, steps=3)
    page.mouse.up()
    page.wait_for_function(
        "() => Math.abs(document.querySelector('.chart').dataset.points - 24) <= 1"
    )
    assert page.url.endswith("?chart=24h")
    page.focus("[data-move=reset]")
    page.keyboard.press("Enter")
    shows(48)
    page.focus("[data-move=in]")
    page.keyboard.press("Space")
    page.wait_for_function(
        "() => Math.abs(document.querySelector('.chart').dataset.points - 24) <= 1"
    )
    page.click("[data-move=earlier]")
    page.wait_for_selector(DRAWN)
    page.wait_for_selector("[data-move=later]:enabled")
    page.reload()
    shows(48)
    assert points.get_attribute("data-failed") == "5"


def drag(page, start, *moves):
    """A finger that goes down at a place of the window, moves, and is lifted."""
    finger = page.context.new_cdp_session(page)

    def tell(kind, *points):
        touched = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})

    tell("touchStart", start)
    for place in moves:
        tell("touchMove", place)
    tell("touchEnd")


def test_a_finger_draws_over_a_stretch_scrolls_the_page_and_opens_a_run(
    open_page, client
):
    fill(client, 96)
    page = open_page(f"{URL}?chart=24h", width=400, touched=True)
    page.wait_for_selector(f"{DRAWN} .chart[data-points='48']")
    page.locator(".chart").scroll_into_view_if_needed()
    box = page.locator(".u-over").bounding_box()
    y, width = box["y"] + 60, box["width"]
    left, right = box["x"] + width * 0.25, box["x"] + width * 0.75
    drag(page, (right, y), *[(right - width / 10 * n, y) for n in range(1, 6)])
    page.wait_for_function(
        "() => Math.abs(document.querySelector('.chart').dataset.points - 24) <= 1"
    )
    page.wait_for_selector(DRAWN)
    top = page.evaluate("scrollY")
    drag(page, (left, y), *[(left, y - 20 * n) for n in range(1, 6)])
    page.wait_for_function(f"scrollY > {top}")
    assert page.locator(".u-select").bounding_box()["width"] == 0
    assert page.url.endswith("?chart=24h")
    page.locator(".u-over").tap()
    page.wait_for_url(f"**{URL}runs/*/")
