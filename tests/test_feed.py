"""`/feed.atom` and that of one test: outages, and their ends."""

import re
import time
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from results.connection import use_store
from results.outlets.feed import spoken
from tests.factories import (
    MINUTE,
    TEST_ID,
    make_run,
    make_variables,
    store_run,
    store_test,
)
from tests.test_outages_api import iso, tell

URL, ALL = f"/api/tests/{TEST_ID}/feed.atom", "/feed.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def now():
    return float(int(time.time()))


def read(api, url=URL, **headers):
    response = api.get(url, headers=headers)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def told(feed):
    return [
        (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}updated"))
        for entry in feed.findall(f"{ATOM}entry")
    ]


def test_an_outage_is_an_entry_and_its_end_another(api, redis_client, now):
    store_test(redis_client)
    tell(redis_client, ".FF.F", now)
    feed = read(api)
    quarter = 15 * MINUTE
    assert [(t, u.replace("+00:00", "Z")) for t, u in told(feed)] == [
        ("Down: Login Flow", iso(now - quarter)),
        ("Recovered: Login Flow, after 30 min", iso(now - 2 * quarter)),
        ("Down: Login Flow", iso(now - 4 * quarter)),
    ]
    assert feed.findtext(f"{ATOM}title") == "Outages of Login Flow"
    newest, over, _ = feed.findall(f"{ATOM}entry")
    assert newest.findtext(f"{ATOM}summary") == "Step 3 failed: button not found"
    assert over.findtext(f"{ATOM}summary").startswith("2 failed runs. It began with:")
    link = newest.find(f"{ATOM}link").get("href")
    assert link == f"http://testserver/api/tests/{TEST_ID}/results/r4"
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert {e.get("rel") for e in feed.findall(f"{ATOM}link")} == {"alternate", "self"}


def test_ids_are_different_and_stay(api, redis_client, now):
    store_test(redis_client)
    tell(redis_client, "F", now - 60)
    [begun] = [e.findtext(f"{ATOM}id") for e in read(api).findall(f"{ATOM}entry")]
    tell(redis_client, ".", now, prefix="x")
    ids = [e.findtext(f"{ATOM}id") for e in read(api).findall(f"{ATOM}entry")]
    assert len(set(ids)) == 2 and begun in ids
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", begun)


def test_the_feed_of_all_names_each_test(api, redis_client, now):
    store_test(redis_client, name="A & <b>B</b>")
    store_test(redis_client, "other", name="")
    tell(redis_client, "F", now - 60)
    tell(redis_client, "F", now, "other")
    titles = [title for title, _ in told(read(api, ALL))]
    assert titles == ["Down: other", "Down: A & <b>B</b>"]


def test_a_feed_without_outages_stays_as_it_is(api, redis_client):
    store_test(redis_client)
    for url in (URL, ALL):
        first = api.get(url)
        assert told(read(api, url)) == []
        again = api.get(url, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_what_xml_cannot_hold_is_replaced_and_html_is_text(api, redis_client, now):
    store_test(redis_client, name="a\x00b")
    tell(redis_client, "F", now, error="<script>\x1b[31m\ufffe")
    [entry] = read(api).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Down: a\ufffdb"
    assert entry.findtext(f"{ATOM}summary") == "&lt;script&gt;\ufffd[31m\ufffd"


def test_hidden_values_leave_as_stars(api, redis_client, now):
    store_test(redis_client, variables=make_variables(pw="hunter22"))
    tell(redis_client, "F", now, error="typed hunter22")
    for url in (URL, ALL):
        text = api.get(url).content.decode()
        assert "hunter22" not in text and "typed ***" in text


def test_a_run_that_no_path_can_name_leads_to_the_outages(api, redis_client, now):
    store_test(redis_client)
    run = make_run("a/b", False)
    store_run(redis_client, TEST_ID, run, now - 60)
    [entry] = read(api).findall(f"{ATOM}entry")
    href = entry.find(f"{ATOM}link").get("href")
    assert href == f"http://testserver/api/tests/{TEST_ID}/outages"


@pytest.mark.parametrize("accept", ["text/html", "application/json", "image/png"])
def test_it_is_a_feed_whatever_is_accepted(api, redis_client, accept):
    store_test(redis_client)
    read(api, URL, Accept=accept)


def test_a_feed_is_good_for_a_minute(api, redis_client):
    store_test(redis_client)
    assert api.get(URL)["Cache-Control"] == "public, max-age=60"


def test_errors_are_the_one_body(api, redis_client):
    missing = api.get(URL)
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/json")
    assert missing.json()["errors"][0]["code"] == "not_found"
    use_store("redis://127.0.0.1:1")
    away = api.get(ALL)
    assert away.status_code == 503 and "Retry-After" in away
    assert away.json()["errors"][0]["code"] == "storage_unavailable"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (8100, "2 h 15 min"),
        (90_061, "1 d 1 h"),
        (86_460, "1 d"),
    ],
)
def test_lengths_are_said_in_two_units(seconds, text):
    assert spoken(timedelta(seconds=seconds)) == text


def test_fifty_outages_are_enough(api, redis_client, now):
    store_test(redis_client)
    tell(redis_client, "F." * 60, now)
    assert len(told(read(api))) == 100
