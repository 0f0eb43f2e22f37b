"""Who may open the door."""

import pytest

from tests.ops_browser.one_test import URL

pytestmark = [pytest.mark.gate, pytest.mark.chromium]


def test_only_the_right_password_opens_the_door(stage, open_page):
    page = open_page(URL, logged_in=False)
    assert page.url.endswith(f"/ops/login/?next={URL}")
    stage.log_in(page, "wrong")
    page.wait_for_selector(".errornote")
    stage.log_in(page)
    page.wait_for_url(f"**{URL}")
    page.wait_for_selector("#timing[data-state=empty]")
    page.click("#logout-form button")
    page.goto("/ops/")
    assert "/ops/login/" in page.url
