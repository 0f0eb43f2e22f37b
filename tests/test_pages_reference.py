"""`/docs` and `/redoc`: our own files and nobody else's."""

import re

import pytest
from django.contrib.staticfiles import finders

from tests.page_reading import BROWSER, PageReader, read_page

PAGES = ["/docs", "/redoc"]
TITLE = "Synthetic monitoring results"


@pytest.mark.parametrize("path", PAGES)
def test_every_file_of_a_reference_page_is_ours_and_there(api, path):
    page = read_page(api, path)
    files = [str(attrs["href"]) for attrs in page.named("link")]
    files += [str(attrs["src"]) for attrs in page.named("script")]
    static = [file for file in files if file.startswith("/static/")]
    assert len(static) >= 4
    assert set(files) - set(static) <= {"/docs?script="}
    for file in static:
        assert finders.find(file.removeprefix("/static/")), file


@pytest.mark.parametrize("path", PAGES)
def test_a_reference_page_has_a_title_and_no_script_of_its_own(api, path):
    page = read_page(api, path)
    assert ("title", TITLE) in page.texts
    assert not [tag for tag, _ in page.texts if tag in ("script", "style")]


@pytest.mark.parametrize("path", PAGES)
def test_the_policy_of_a_reference_page_lets_nobody_else_in(api, path):
    policy = api.get(path)["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "http" not in policy and "unsafe" not in policy


def test_a_nonce_is_of_one_answer(api):
    nonces = set()
    for _ in range(2):
        response = api.get("/redoc")
        (attrs,) = [
            attrs
            for _, attrs in PageReader(response.content.decode()).tags
            if "data-nonce" in attrs
        ]
        assert f"'nonce-{attrs['data-nonce']}'" in response["Content-Security-Policy"]
        nonces.add(attrs["data-nonce"])
    assert len(nonces) == 2


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("accept", [BROWSER, "*/*", "application/json", "image/png"])
@pytest.mark.parametrize("query", ["", "?format=json", "?format=zz", "?lang=x%22"])
def test_a_reference_page_is_a_page_to_whoever_asks(api, path, accept, query):
    response = api.get(path + query, HTTP_ACCEPT=accept)
    assert response.status_code == 200
    PageReader(response.content.decode())


def test_the_documents_are_loaded_from_here(api):
    (container,) = [
        attrs
        for _, attrs in read_page(api, "/redoc").tags
        if "data-schema-url" in attrs
    ]
    assert container["data-schema-url"] == "/openapi.json"
    script = api.get("/docs?script=")
    assert script["Content-Type"] == "application/javascript"
    assert 'url: "/openapi.json"' in script.content.decode().replace("\\u002D", "-")


@pytest.mark.parametrize("name", ["version", "lang", "x"])
def test_nothing_that_was_asked_gets_into_the_script(api, name):
    script = api.get(f"/docs?script=&{name}=%22%3Balert(1)//").content.decode()
    assert "alert" not in script


def test_the_own_files_ask_for_nothing_outside():
    for name in (
        "page.css",
        "reference.css",
        "form.js",
        "live.js",
        "redoc.js",
        "redoc_nonce.js",
    ):
        with open(finders.find(f"results/{name}"), encoding="utf-8") as file:
            assert re.findall(r"//\w+\.\w|url\(|@import", file.read()) == [], name
