"""Whatever is stored stays text: no element, no script, no link of its own making."""

import json

import pytest

from tests.factories import (
    TEST_ID,
    make_incident,
    make_run,
    store_event,
    store_incident,
    store_run,
    store_test,
)
from tests.page_reading import BROWSER, read_page

MARKUP = "</pre></small><script>alert(1)</script><img src=x onerror='alert(2)'>"
LINKS = (
    "javascript:alert(3) data:text/html,x vbscript:y //evil.example https://ok.example"
)
BAD = f'"{MARKUP}" {LINKS} \x00\x1b\u202e\u2028'
BASE = f"/api/tests/{TEST_ID}"
PATHS = [
    "/api/",
    "/api/tests",
    "/api/dashboard",
    BASE,
    f"{BASE}/results",
    f"{BASE}/results/a1b2c3d4",
    f"{BASE}/timing",
    f"{BASE}/uptime",
    f"{BASE}/incidents",
    f"{BASE}/live",
]
ALLOWED = {"html", "head", "meta", "title", "link", "script", "body", "header"}
ALLOWED |= {"nav", "a", "img", "main", "h1", "h2", "p", "small", "form", "label"}
ALLOWED |= {"input", "select", "option", "button", "span", "output", "div", "table"}
ALLOWED |= {"thead", "tbody", "tr", "th", "td", "section", "code", "pre", "b", "dl"}
ALLOWED |= {"dt", "dd", "ol", "noscript", "br"}


@pytest.fixture
def hostile(redis_client):
    fields = ["name", "url", "goal", "schedule", "status", "last_result"]
    store_test(redis_client, **dict.fromkeys(fields, BAD))
    texts = ["details", "error", "triggered_by", "started_at", "completed_at", BAD]
    store_run(redis_client, TEST_ID, make_run(**dict.fromkeys(texts, BAD)))
    store_run(redis_client, TEST_ID, make_run(BAD[:64], step_results=[{"x": BAD}]))
    store_incident(redis_client, TEST_ID, make_incident(BAD, error=BAD, details=BAD))
    store_event(redis_client, TEST_ID, BAD, message=BAD, step_number=BAD)


@pytest.mark.parametrize("path", PATHS)
def test_no_stored_text_becomes_an_element(api, hostile, path):
    page = read_page(api, path)
    assert {name for name, _ in page.tags} <= ALLOWED
    assert {img["src"] for img in page.named("img")} == {"/static/results/favicon.svg"}
    for _, attrs in page.tags:
        assert not [name for name in attrs if name.startswith("on")]


@pytest.mark.parametrize("path", PATHS)
def test_a_link_leads_to_us_or_to_what_reads_as_a_web_address(api, hostile, path):
    for href in read_page(api, path).hrefs:
        ours = href.startswith(("/", "?")) and not href.startswith("//")
        assert ours or href.startswith(("https://ok.example", "https://myapp.com"))


@pytest.mark.parametrize("path", PATHS)
def test_no_page_holds_a_script_or_a_style_of_its_own(api, hostile, path):
    page = read_page(api, path)
    assert not [tag for tag, _ in page.texts if tag in ("script", "style")]
    assert not [attrs for _, attrs in page.tags if "style" in attrs]
    for script in page.named("script"):
        assert str(script["src"]).startswith("/static/results/")


@pytest.mark.parametrize("path", [*PATHS, f"{BASE}/results?limit=x", "/api/tests/no"])
def test_every_page_forbids_what_it_does_not_need(api, hostile, path):
    policy = api.get(path, HTTP_ACCEPT=BROWSER)["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_what_was_asked_comes_back_as_text(api, hostile):
    page = read_page(api, '/api/tests?q="><script>alert(1)</script>')
    assert page.inputs["q"]["value"] == '"><script>alert(1)</script>'
    assert {name for name, _ in page.tags} <= ALLOWED


def test_the_whole_text_is_there_to_read(api, hostile):
    assert json.dumps(MARKUP)[1:-1] in read_page(api, f"{BASE}/incidents").text


@pytest.mark.parametrize(("size", "is_linked"), [(1_000, True), (600_000, False)])
def test_only_a_page_that_is_no_book_is_searched_for_links(
    api, redis_client, size, is_linked
):
    book = f"https://ok.example {MARKUP} " + "word " * (size // 5)
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run(book=book))
    page = read_page(api, f"{BASE}/results/a1b2c3d4")
    assert ("https://ok.example" in page.hrefs) is is_linked
    assert book.rstrip() in json.loads(page.text[page.text.index("{") :])["book"]
    assert {name for name, _ in page.tags} <= ALLOWED


def test_a_hidden_value_is_on_no_page(api, redis_client):
    hidden = json.dumps([{"name": "password", "value": "hunter22", "hidden": True}])
    told = "typed hunter22 into the form"
    store_test(redis_client, name=told, goal=told, variables=hidden)
    store_run(redis_client, TEST_ID, make_run(passed=False, error=told, details=told))
    store_incident(redis_client, TEST_ID, make_incident(error=told))
    for path in PATHS:
        page = api.get(path, HTTP_ACCEPT=BROWSER).content.decode()
        assert "hunter22" not in page
    assert "typed *** into" in read_page(api, f"{BASE}/results").text
