"""The Tests page of the ops view: the API's numbers in any order, all stored text."""

import re
import time
from html import unescape

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from results import trip
from tests.factories import (
    MINUTE,
    TEST_ID,
    iso,
    make_run,
    make_variables,
    store_event,
    store_run,
    store_runs,
    store_test,
)
from tests.page_reading import PageReader

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def public(settings):
    settings.OPS_PUBLIC = True


@pytest.fixture
def now():
    return time.time()


def fill(client, now, test_id=TEST_ID, count=4, failed=(), step_ms=1, **fields):
    last = "failed" if 0 in failed else "passed"
    fields = {"last_result": last, "last_run_at": iso(now - 60)} | fields
    store_test(client, test_id, **fields)
    for n in range(count):
        duration = 1000 * step_ms + n
        run = make_run(f"r{n}", n not in failed, test_id=test_id, duration_ms=duration)
        store_run(client, test_id, run, now - 60 - 15 * MINUTE * n)


def html(client, **query):
    response = client.get("/ops/", query)
    assert response.status_code == 200
    return response.content.decode()


def shown(client, **query):
    """The ids of the rows, in their order."""
    links = re.findall(
        r'class="name"><a href="/ops/tests/([^/]+)/"', html(client, **query)
    )
    return links


def counts(text):
    items = re.findall(r"<b>(\d+)</b> (\w+)", text)
    return {word: int(number) for number, word in items}


def test_the_counts_are_those_of_the_dashboard(api, client, redis_client, now):
    fill(redis_client, now, "good")
    fill(redis_client, now, "bad", failed=(0,))
    fill(redis_client, now - 86_400, "late")
    store_test(redis_client, "new", status="paused", last_result="")
    store_event(redis_client, "good", "step_start")
    found, told = counts(html(client)), api.get("/api/dashboard").json()
    assert found == {
        "tests": told["total_tests"],
        **{word: told[word] for word in ("failing", "passing", "pending")},
        **{word: told[word] for word in ("overdue", "running")},
        "active": told["active_tests"],
        "paused": told["paused_tests"],
        "error": told["error_tests"],
    }
    assert found["running"] == 1 and found["failing"] == 1 and found["paused"] == 1
    assert found["overdue"] == 1


def test_a_row_has_the_numbers_of_the_summary(api, client, redis_client, now):
    fill(redis_client, now, count=30, failed=(0, 1, 7))
    (row,) = api.get("/api/summary", {"strip_of": "day", "strip": 30}).json()["tests"]
    text = html(client)
    uptimes = re.findall(
        r'title="(\d+) of (\d+) runs passed"[^>]*>([\d.]+) %</span>', text
    )
    assert [(int(a), int(b), float(c)) for a, b, c in uptimes] == [
        (w["passed_runs"], w["total_runs"], w["run_pct"]) for w in row["windows"]
    ]
    bars = re.findall(r'class="bar (\w+)"', text)
    assert bars == [mark["state"] for mark in row["strip"]]
    assert f"p95 {row['p95_ms'] / 1000:.1f} s" in text
    assert "2 failed runs in a row" in text and "down for <span>16 min" in text


def test_a_bar_leads_to_the_runs_of_its_day(api, client, redis_client, now):
    fill(redis_client, now, count=1, failed=(0,))
    (href,) = re.findall(r'class="bar \w+" href="([^"]+)"', html(client))
    path, query, _ = re.fullmatch(r"([^?]+)\?([^#]+)#(runs)", unescape(href)).groups()
    assert path == f"/ops/tests/{TEST_ID}/"
    found = api.get(f"/api/tests/{TEST_ID}/results?{query}").json()
    assert [run["run_id"] for run in found["results"]] == ["r0"]


def test_failing_tests_come_first_and_a_column_sorts_both_ways(
    api, client, redis_client, now
):
    fill(redis_client, now, "a", name="cherry", url="https://z.example", step_ms=3)
    bad = {"status": "error", "last_run_at": iso(now - 30), "schedule": "0 0 1 1 *"}
    fill(
        redis_client,
        now,
        "b",
        name="Apple",
        url="https://y.example",
        **bad,
        failed=(0, 1),
    )
    fill(redis_client, now, "c", count=0, name="banana", url="", last_result="")
    assert shown(client)[0] == "b"
    for sort, order in {
        "name": "bca",
        "-name": "acb",
        "url": "bac",
        "-url": "abc",
        "status": "bac",
        "result": "bca",
        "-result": "acb",
        "uptime_24h": "bac",
        "-uptime_7d": "abc",
        "uptime_30d": "bac",
        "duration": "abc",
        "-duration": "bac",
        "next_run": "acb",
        "last_run": "bac",
    }.items():
        found = "".join(shown(client, sort=sort))
        assert found == order, sort


def test_the_heading_says_how_the_table_is_sorted(api, client, redis_client, now):
    fill(redis_client, now)
    text = html(client, sort="name", q="login", offset="0")
    assert re.findall(r'class="(\w+)" aria-sort="(\w+)"', text) == [
        ("name", "ascending")
    ]
    assert 'href="?sort=-name&amp;q=login"' in text
    assert 'href="?sort=last_run&amp;q=login"' in text


def test_search_and_filters_narrow_the_list(api, client, redis_client, now):
    fill(redis_client, now, "a", name="Login", url="https://shop.example")
    fill(redis_client, now, "b", name="Search", url="", status="paused", failed=(0,))
    store_event(redis_client, "a", "step_start")
    assert shown(client, q="LOGIN") == ["a"]
    assert shown(client, q="shop.ex") == ["a"]
    assert shown(client, status="paused") == ["b"]
    assert shown(client, status="running") == ["a"]
    assert shown(client, result="failing") == ["b"]
    # As a form without scripts sends it.
    assert shown(client, q="", status="", result="passing") == ["a"]
    text = html(client, q="gone99")
    assert "No test matches" in text and 'href="/ops/tests/gone99/"' in text


def test_pages_keep_what_was_asked(api, client, redis_client, now):
    for number in range(5):
        store_test(redis_client, f"t{number}", name="Same", last_result="passed")
    text = html(client, q="same", sort="name", limit="2", offset="2")
    assert shown(client, q="same", sort="name", limit="2", offset="2") == ["t2", "t3"]
    assert "3 to 4 of 5" in text
    assert 'href="?q=same&amp;sort=name&amp;limit=2&amp;offset=4" rel="next"' in text
    assert "there are 5" in html(client, offset="10")


@pytest.mark.parametrize("query", ["sort=size", "limit=51", "offset=-1", "q=a&q=b"])
def test_what_cannot_be_asked_is_named(api, client, query):
    response = client.get(f"/ops/?{query}")
    assert response.status_code == 400
    assert f"{query.split('=')[0]}:" in response.content.decode()


def test_without_tests_it_says_how_they_come(api, client):
    assert "No test is stored yet" in html(client)


def test_what_cannot_be_read_is_said_and_costs_nothing_else(
    api, client, redis_client, now
):
    fill(redis_client, now, "good")
    store_test(redis_client, "bad")
    redis_client.set("results:bad", "no sorted set")
    redis_client.sadd("tests:all", "odd")
    redis_client.set("test:odd", "no hash")
    text = html(client)
    assert sorted(shown(client)) == ["bad", "good"]
    said = "The stored data has an unexpected type and cannot be read."
    assert f"1 test is left out. {said}" in text
    assert text.count(said) == 2


def test_hostile_text_stays_text_and_hidden_values_stay_hidden(
    api, client, redis_client, now
):
    bad = '"><script>alert(1)</script>\u202e <img src=x onerror=alert(2)> s3cr3t-value'
    fields = dict.fromkeys(("name", "schedule", "status", "last_result"), bad)
    variables = make_variables(token="s3cr3t-value")
    store_test(
        redis_client, "a", **fields, url="javascript:alert(3)", variables=variables
    )
    store_test(redis_client, "b", url='https://ok.example/?a="><b>x', name="x" * 5000)
    store_test(
        redis_client, "c", url="https://ok.example/s3cr3t-value", variables=variables
    )
    text = html(client)
    # Ours; what is around it is Django's, and each version's own.
    page = PageReader(
        re.search(r'<ul id="counts".*id="listing".*?</table>', text, re.S)[0]
        + "</div></div>"
    )
    assert "s3cr3t-value" not in text and "***" in text
    assert set(re.findall(r'<script[^>]* src="([^"]+)"[^>]*></script>', text)) == {
        "/static/admin/js/theme.js",
        "/static/ops/tests.js",
    }
    assert not [href for href in page.hrefs if "javascript" in href]
    outside = [link for link in page.named("a") if "ok.example" in link["href"]]
    assert {link["rel"] for link in outside} == {"noopener noreferrer"}
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        assert "style" not in attributes
    assert len(text) < 60_000


def test_a_store_that_is_away_is_a_page_that_says_so(api, client, monkeypatch):
    def fails(*_):
        raise RedisConnectionError("refused")

    monkeypatch.setattr(trip, "exchange", fails)
    response = client.get("/ops/")
    assert response.status_code == 503 and 1 <= int(response["Retry-After"]) <= 3
    assert "The data store does not answer" in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_more_tests_cost_no_more_trips(api, client, redis_client, now, monkeypatch):
    made, exchange = [], trip.exchange
    monkeypatch.setattr(
        trip, "exchange", lambda *args: made.append(1) or exchange(*args)
    )

    def trips_of(**query):
        html(client, **query)
        made.clear()
        html(client, **query)
        return len(made)

    asked = [
        {},
        {"q": "t"},
        {"sort": "name"},
        {"sort": "uptime_7d"},
        {"sort": "duration"},
    ]
    few = []
    for number in range(2):
        fill(redis_client, now, f"t{number}")
    few = [trips_of(**query) for query in asked]
    for number in range(2, 12):
        fill(redis_client, now, f"t{number}")
    assert [trips_of(**query) for query in asked] == few
    assert max(few) <= 6


def test_a_full_page_is_under_500_kb(api, client, redis_client, now):
    """With days of every state and 50 durations in each of the rows."""
    name, url = "A checkout with a long name " * 3, f"https://shop.example/{'x' * 90}"
    for n in range(52):
        test_id = f"test-{n:02}"
        store_test(redis_client, test_id, name=name, url=url, last_run_at=iso(now))
        runs, points = [], {}
        for place in range(60):
            at = now - 60 - place * 720 * MINUTE
            runs.append((make_run(f"r{place}", place % 3 > 0), at))
            points[f"{10_000 + place * 37}:r{place}"] = at
        store_runs(redis_client, test_id, runs)
        redis_client.zadd(f"timing:{test_id}", points)
    text = html(client)
    assert text.count('class="name"><a href="/ops/tests/') == 50
    assert 100_000 < len(text.encode()) < 500_000
