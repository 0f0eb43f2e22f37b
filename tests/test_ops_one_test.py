"""The page of one test: the API's numbers, its runs and outages, and its odd cases."""

import re
import time

import pytest

from tests.factories import (
    DAY,
    HOUR,
    MINUTE,
    TEST_ID,
    iso,
    make_run,
    make_variables,
    store_run,
    store_runs,
    store_test,
)
from tests.page_reading import read_page

URL = f"/ops/tests/{TEST_ID}/"
API = f"/api/tests/{TEST_ID}"


# Each page looks after its database connection, whether it used one or not.
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def public(settings):
    """Who may look is for other tests."""
    settings.OPS_PUBLIC = True


@pytest.fixture
def now():
    return time.time()


def fill(client, now, count=50):
    """A run an hour; each tenth failed."""
    store_test(client)
    store_runs(
        client,
        TEST_ID,
        [
            (make_run(f"r{n}", n % 10 != 3, now - HOUR * n - 60), now - HOUR * n - 60)
            for n in range(count)
        ],
    )


def with_class(page, name, tag=None):
    return [
        attrs
        for found, attrs in page.tags
        if name in (attrs.get("class") or "").split() and tag in (None, found)
    ]


def rows(page):
    return [attrs["data-body"].split("/")[-2] for attrs in with_class(page, "opener")]


def test_uptime_is_that_of_the_api(api, redis_client, now):
    fill(redis_client, now)
    text = read_page(api, URL).text
    windows = api.get(f"{API}/availability").json()["windows"]
    assert [window["window"] for window in windows] == ["24h", "7d", "30d", "90d"]
    for window in windows:
        passed, total = window["passed_runs"], window["total_runs"]
        said = f"Uptime, {window['window']} {window['run_pct']:g} % "
        assert f"{said}{passed} of {total} runs passed" in text


def test_days_are_those_of_the_api_and_lead_to_their_runs(api, redis_client, now):
    fill(redis_client, now)
    page = read_page(api, URL)
    answer = api.get(f"{API}/availability/slots", {"count": 90}).json()
    slots = answer["slots"]
    bars = [attrs for tag, attrs in page.tags if attrs.get("tabindex") == "-1"]
    bars = [attrs for attrs in bars if attrs.get("href", "").startswith("?from=")]
    assert [bar["class"] for bar in bars] == [slot["state"] for slot in slots]
    for bar, slot in zip(bars, slots, strict=True):
        if slot["runs"]:
            assert f"{slot['runs']} run" in bar["title"]
            assert f"{slot['failures']} failed" in bar["title"]
            day = read_page(api, URL + bar["href"].partition("#")[0] + "&limit=100")
            assert len(rows(day)) == slot["runs"]


def test_runs_are_paged_as_the_api_pages_them(api, redis_client, now):
    fill(redis_client, now)
    page = read_page(api, URL)
    assert rows(page) == [f"r{n}" for n in range(20)]
    assert "1 to 20 of 50" in page.text
    assert "?offset=20#runs" in page.hrefs
    last = read_page(api, f"{URL}?offset=40")
    assert rows(last) == [f"r{n}" for n in range(40, 50)]
    beyond = read_page(api, f"{URL}?offset=100")
    assert rows(beyond) == [] and "there are 50 in all" in beyond.text


def test_runs_are_filtered_by_outcome(api, redis_client, now):
    fill(redis_client, now)
    page = read_page(api, f"{URL}?outcome=failed&offset=2&limit=2")
    assert rows(page) == ["r23", "r33"]
    assert "3 to 4 of 5" in page.text
    (current,) = [a for a in page.named("a") if a.get("aria-current") == "true"]
    assert current["href"] == "?limit=2&outcome=failed#runs"


def test_outages_are_those_of_the_api(api, redis_client, now):
    fill(redis_client, now, 150)
    page = read_page(api, URL)
    found = api.get(f"{API}/outages", {"limit": 10}).json()
    assert found["total"] == 15 and "15 in all" in page.text
    text = page.text.partition("Outages")[2]
    for outage in found["outages"]:
        assert f"/ops/tests/{TEST_ID}/runs/{outage['first_run_id']}/" in page.hrefs
    assert text.count("1 h 0 min") == 10
    older = read_page(api, f"{URL}?outages=10")
    assert older.text.partition("Outages")[2].count("1 h 0 min") == 5


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "offset=-1", "outcome=odd", "from=x", "chart=1y"]
)
def test_a_bad_parameter_is_refused_by_name(api, redis_client, query):
    store_test(redis_client)
    page = read_page(api, f"{URL}?{query}", status=400)
    assert query.partition("=")[0] in page.text


def test_a_test_without_runs_says_so(api, redis_client):
    store_test(redis_client)
    text = read_page(api, URL).text
    assert "This test has not run yet" in text
    assert "No outage in the kept history" in text
    assert "Uptime, 24h – no runs" in text


def test_no_run_that_was_asked_for_is_not_no_run(api, redis_client, now):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run(), now)
    text = read_page(api, f"{URL}?outcome=failed").text
    assert "No run that was asked for" in text and "not run yet" not in text


def test_a_deleted_test_shows_its_history(api, redis_client, now):
    store_run(redis_client, TEST_ID, make_run("a1", passed=False), now)
    page = read_page(api, URL)
    assert "not defined any more" in page.text
    assert rows(page) == ["a1"]


def test_unreadable_records_are_counted(api, redis_client, now):
    store_test(redis_client)
    broken = [b"{", b"[]", b'{"run_id": 7}']
    store_runs(redis_client, TEST_ID, [(raw, now - n) for n, raw in enumerate(broken)])
    assert "3 unreadable records on this page, see log" in read_page(api, URL).text


def test_an_unknown_test_is_not_found(api, redis_client):
    page = read_page(api, URL, status=404)
    assert "No test with this id is known" in page.text


@pytest.mark.parametrize("run_id", [".", "..", "a b", "a/b", "<b>"])
def test_a_run_that_no_path_can_name_has_no_link(api, redis_client, now, run_id):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run(run_id), now)
    page = read_page(api, URL)
    assert not [href for href in page.hrefs if "/runs/" in href]
    assert f"({run_id})" in page.text


@pytest.mark.parametrize(
    ("url", "is_link"),
    [("https://myapp.com/a", True), ("javascript:alert(1)", False), ("//x.y", False)],
)
def test_only_a_web_address_is_a_link(api, redis_client, url, is_link):
    store_test(redis_client, url=url)
    page = read_page(api, URL)
    assert url in page.text
    links = [attrs for attrs in page.named("a") if attrs["href"] == url]
    assert [attrs["rel"] for attrs in links] == ["noopener noreferrer"] * is_link


def test_a_hidden_value_is_nowhere_on_it(api, redis_client, now):
    told = "typed hunter22"
    secret = make_variables(password="hunter22")
    hook = "https://hooks.example/very-secret"
    store_test(redis_client, goal=told, variables=secret, alert_webhook=hook)
    bad = make_run(passed=False, error=f"{told} {hook}", score=now)
    store_run(redis_client, TEST_ID, bad, now)
    html = api.get(URL).content.decode()
    assert "hunter22" not in html and "very-secret" not in html
    assert html.count("typed ***") >= 3
    assert "demo@example.com" not in html


def test_a_row_may_miss_whatever_a_writer_left_out(api, redis_client, now):
    store_test(redis_client)
    store_runs(redis_client, TEST_ID, [(b'{"run_id": "r1", "passed": true}', now)])
    page = read_page(api, URL)
    assert rows(page) == ["r1"]
    assert "None" not in page.text


def test_a_longer_history_costs_no_more_commands(api, redis_client, now):
    def commands():
        before = redis_client.info("stats")["total_commands_processed"]
        read_page(api, URL)
        return redis_client.info("stats")["total_commands_processed"] - before

    fill(redis_client, now, 40)
    [commands() for _ in range(3)]
    few = commands()
    store_runs(
        redis_client,
        TEST_ID,
        [
            (make_run(f"o{n}", n % 2 == 0), now - 3 * DAY - n * MINUTE)
            for n in range(400)
        ],
    )
    [commands() for _ in range(3)]
    # A page of ten outages asks twice for each of them.
    assert commands() <= few + 20


def test_the_present_is_told_from_now_and_exactly(api, redis_client, now):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run(score=now - 120), now - 120)
    html = api.get(URL).content.decode()
    assert re.search(r'Last run <time datetime="[^"]+" title="[^"]+">2 minutes', html)
    assert iso(now)[:10] in html


def test_a_mistake_of_ours_is_no_page_of_a_known_failure(api, monkeypatch):
    def broken():
        raise ZeroDivisionError

    monkeypatch.setattr("results.ops.one_test.data_repository", broken)
    response = api.get(URL)
    assert response.status_code == 500
    assert b"ZeroDivision" not in response.content
