"""A key of a wrong type costs the pages of the ops view what is read from it."""

import time

import pytest

from tests.factories import TEST_ID, make_run, store_run, store_test
from tests.page_reading import read_page

URL = f"/ops/tests/{TEST_ID}/"
API = f"/api/tests/{TEST_ID}"
SAID = "The stored data has an unexpected type and cannot be read."

# Each page looks after its database connection, whether it used one or not.
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def public(settings):
    """Who may look is for other tests."""
    settings.OPS_PUBLIC = True


@pytest.fixture
def runs(redis_client):
    """Four runs of which the second failed."""
    store_test(redis_client)
    now = time.time()
    for n in range(4):
        at = now - 60 * (4 - n)
        store_run(redis_client, TEST_ID, make_run(f"r{n}", n != 1, at), at)


@pytest.fixture
def spoil(redis_client, runs):
    """Stores a text under one of the test's keys."""

    def spoilt(kind):
        redis_client.delete(f"{kind}:{TEST_ID}")
        redis_client.set(f"{kind}:{TEST_ID}", "text")

    return spoilt


def openers(page):
    return [a for _, a in page.tags if "opener" in (a.get("class") or "").split()]


def said(kind):
    return f"{kind}:{TEST_ID} : {SAID}"


def test_the_words_are_those_of_the_api(api, spoil):
    spoil("results")
    answer = api.get(f"{API}/results")
    assert answer.status_code == 502
    assert answer.json()["errors"][0]["detail"] == SAID


@pytest.mark.parametrize("query", ["", "?outcome=failed", "?window=7d&offset=20"])
def test_without_its_runs_a_test_shows_its_definition(api, spoil, query):
    spoil("results")
    page = read_page(api, URL + query)
    assert "Login Flow" in page.text and "Log in and expect the dashboard" in page.text
    assert "Last result passed" in page.text and "Next run" in page.text
    figures, rest = page.text.split("Response time")
    runs, outages = rest.split("Outages")
    for part in (figures, runs, outages):
        assert said("results") in part
    assert "Uptime" not in page.text and "not run yet" not in page.text
    assert "No outage" not in page.text and openers(page) == []


def test_without_its_hash_a_test_shows_its_runs(api, spoil):
    spoil("test")
    page = read_page(api, URL)
    assert page.text.count(SAID) == 1 and said("test") in page.text
    assert "not defined any more" not in page.text and "Login Flow" not in page.text
    assert len(openers(page)) == 4 and "Uptime, 24h 75 % 3 of 4" in page.text


def test_a_run_is_shown_without_the_name_of_its_test(api, spoil):
    spoil("test")
    assert api.get(f"{API}/results/r1").status_code == 200
    page = read_page(api, f"{URL}runs/r1/")
    assert said("test") in page.text and "Some fields are withheld" in page.text
    assert f"{URL}runs/r0/" in page.hrefs and f"{URL}runs/r2/" in page.hrefs


def test_of_a_run_that_cannot_be_read_there_is_nothing_to_show(api, spoil):
    spoil("results")
    assert SAID in read_page(api, f"{URL}runs/r1/", status=502).text


def test_outages_are_shown_without_their_alerts(api, spoil):
    healthy = read_page(api, URL).text.split("Outages")[1]
    assert "1 in all" in healthy and "sent" in healthy and SAID not in healthy
    spoil("incidents")
    page = read_page(api, URL)
    assert page.text.count(SAID) == 1
    outages = page.text.split("Outages")[1]
    assert said("incidents") in outages and "1 in all" in outages
    assert "sent" not in outages


@pytest.mark.parametrize("kind", ["timing", "events"])
def test_what_scripts_ask_for_costs_the_page_nothing(api, spoil, kind):
    spoil(kind)
    page = read_page(api, URL)
    assert SAID not in page.text and len(openers(page)) == 4
    # For the scripts to say.
    (live,) = [a for _, a in page.tags if a.get("id") == "live"]
    assert live["data-key"] == f"events:{TEST_ID}"
    (chart,) = [a for _, a in page.tags if a.get("id") == "timing"]
    assert chart["data-keys"] == f"timing:{TEST_ID} and results:{TEST_ID}"


def test_with_nothing_but_wrong_types_there_is_a_page(api, redis_client):
    for kind in ("test", "results", "timing", "incidents", "events"):
        redis_client.set(f"{kind}:{TEST_ID}", "text")
    text = read_page(api, URL).text
    assert said("test") in text and text.count(said("results")) == 3


def test_a_key_is_asked_for_once_a_page_and_logged_once(api, spoil, trips, caplog):
    spoil("results")
    read_page(api, URL)
    trips.clear()
    caplog.clear()
    read_page(api, URL)
    told = [r.getMessage() for r in caplog.records if "unreadable_key" in r.message]
    assert told == [f"{URL}: unreadable_key (UnreadableKey)"]
    assert len(trips) <= 5


def test_a_page_of_a_sound_test_costs_five_trips(api, runs, trips):
    read_page(api, URL)
    trips.clear()
    read_page(api, URL)
    assert len(trips) == 5
