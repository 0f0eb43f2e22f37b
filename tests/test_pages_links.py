"""From any page of a test to its other pages, and from a list to what it lists."""

import time

import pytest

from tests.factories import (
    TEST_ID,
    ago,
    make_incident,
    make_run,
    store_incident,
    store_run,
    store_test,
    store_timing,
)
from tests.page_reading import BROWSER, read_page

BASE = f"/api/tests/{TEST_ID}"
PAGES = ["", "/results", "/timing", "/uptime", "/incidents", "/outages", "/live"]
RUN = "/results/a1b2c3d4"


@pytest.fixture
def known(redis_client):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run(passed=False))


@pytest.mark.parametrize("page", [*PAGES, RUN])
def test_each_page_of_a_test_links_to_the_others(api, known, page):
    hrefs = read_page(api, BASE + page).hrefs
    assert {BASE + other for other in PAGES} <= set(hrefs)
    assert {"/api/", "/api/dashboard", "/api/tests", "/docs"} <= set(hrefs)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_which_one_it_is(api, known, page):
    current = [
        attrs["href"]
        for attrs in read_page(api, BASE + page).named("a")
        if attrs.get("aria-current") == "page"
    ]
    assert set(current) == {BASE + page}


@pytest.mark.parametrize("page", [*PAGES, RUN])
def test_no_link_of_a_page_leads_nowhere(api, known, page):
    read = read_page(api, BASE + page)
    # Browsers resolve `?offset=20` against the page.
    for href in read.hrefs:
        if not href.startswith("https://"):
            there = BASE + page + href if href.startswith("?") else href
            assert api.get(there, HTTP_ACCEPT=BROWSER).status_code == 200, href


@pytest.mark.parametrize(
    "page", ["/results", "/timing", "/outages", "/availability/slots"]
)
def test_a_page_that_is_a_file_too_links_to_it_with_its_filters(api, known, page):
    read = read_page(api, f"{BASE}{page}?tz=UTC")
    for form in ("csv", "ndjson"):
        assert f"{BASE}{page}?format={form}&tz=UTC" in read.hrefs
    assert "as CSV" not in read_page(api, f"{BASE}/incidents").text


def test_lengths_of_outages_are_said_as_people_do(api, redis_client):
    store_test(redis_client)
    now = time.time()
    store_run(redis_client, TEST_ID, make_run("r1", False), now - 9000)
    store_run(redis_client, TEST_ID, make_run("r2"), now - 3540)
    assert "1 h 31 min" in read_page(api, f"{BASE}/outages").text


@pytest.mark.parametrize("page", ["/results", "/timing", "/incidents"])
def test_a_run_can_be_opened_from_the_lists(api, known, page):
    assert BASE + RUN in read_page(api, BASE + page).hrefs


@pytest.mark.parametrize("path", ["/api/tests", "/api/dashboard"])
def test_a_test_can_be_opened_from_the_lists(api, known, path):
    assert BASE in read_page(api, path).hrefs


def test_a_run_is_a_row_with_outcome_duration_and_steps(api, known):
    text = read_page(api, f"{BASE}/results").text
    assert "failed" in text and "12,340 ms" in text and "2 of 3" in text


def test_older_records_leave_their_cells_empty(api, redis_client):
    fields = {name: None for name in ("duration_ms", "steps_passed", "steps_total")}
    store_run(redis_client, TEST_ID, b'{"run_id": "a1", "passed": true}')
    store_run(redis_client, TEST_ID, make_run("b2", **fields | {"steps_passed": 1}))
    page = read_page(api, f"{BASE}/results")
    assert {f"{BASE}/results/a1", f"{BASE}/results/b2"} <= set(page.hrefs)
    assert "1 of ?" in page.text


@pytest.mark.parametrize("run_id", [".", "..", "a/b", "a b", "", "x" * 65, "?q", "é"])
def test_an_id_that_no_path_can_name_is_no_link(api, redis_client, run_id):
    store_incident(redis_client, TEST_ID, make_incident(run_id))
    hrefs = read_page(api, f"{BASE}/incidents").hrefs
    assert not [href for href in hrefs if href.startswith(f"{BASE}/results/")]


def test_points_and_incidents_without_a_run_are_listed_without_link(api, redis_client):
    store_timing(redis_client, TEST_ID, "12340", ago(hours=1))
    store_incident(redis_client, TEST_ID, make_incident(None))
    for page in ("/timing", "/incidents"):
        read = read_page(api, BASE + page)
        assert "1 to 1 of 1" in read.text
        assert not [href for href in read.hrefs if "/results/" in href]


def test_results_in_the_list_of_tests_keep_to_what_was_said(api, redis_client):
    for n, said in enumerate(["passed", "failed", "error", "", "odd"]):
        store_test(redis_client, f"t{n}", last_result=said)
    page = read_page(api, "/api/tests")
    outcomes = [str(td["class"]).split() for td in page.named("td")]
    assert sum("passed" in names for names in outcomes) == 1
    assert sum("failed" in names for names in outcomes) == 2
    assert "never ran" in page.text and "odd" in page.text


def test_a_run_with_fields_named_like_lists_is_still_a_run(api, redis_client):
    run = make_run(results=7, timing="x", tests=None, recent_runs={})
    store_test(redis_client)
    store_run(redis_client, TEST_ID, run)
    assert '"results": 7' in read_page(api, BASE + RUN).text


def test_long_texts_are_cut_in_the_table_and_whole_below(api, redis_client):
    store_run(redis_client, TEST_ID, make_run(error="e" * 5000))
    cells = [text for tag, text in read_page(api, f"{BASE}/results").texts]
    assert "e" * 159 + "…" in cells
    assert any("e" * 5000 in text for text in cells)


def test_the_trail_leads_up_through_pages_that_exist(api, known):
    page = read_page(api, BASE + RUN)
    start = page.hrefs.index("/api/", 1)
    trail = ["/api/", "/api/tests", BASE, f"{BASE}/results", BASE + RUN]
    assert page.hrefs[start : start + 5] == trail


def test_times_are_to_the_second_in_the_table_and_whole_below(api, redis_client):
    at = "2026-02-03T04:05:06.789012Z"
    store_run(redis_client, TEST_ID, make_run(started_at=at))
    texts = [text for _, text in read_page(api, f"{BASE}/results").texts]
    place = texts.index("2026-02-03")
    assert texts[place + 1] == "04:05:06Z"
    assert any(at in text for text in texts)


def test_what_is_no_time_stays_as_it_was_stored(api, redis_client):
    store_incident(redis_client, TEST_ID, make_incident(started_at="soon<b>"))
    texts = [text for _, text in read_page(api, f"{BASE}/incidents").texts]
    assert "soon<b>" in texts


def test_the_summary_tells_how_reliable_and_how_fast_a_test_is(api, redis_client):
    fields = {"status": "active", "schedule": "*/15 * * * *"}
    store_test(redis_client, **fields)
    store_run(redis_client, TEST_ID, make_run(passed=False), time.time() - 120)
    store_run(redis_client, TEST_ID, make_run("b2", duration_ms=1234), time.time() - 90)
    page = read_page(api, "/api/summary?windows=30d,24h")
    for said in ("Passed p95 Overdue Running", "50.000 % in 30d", "1,234 ms"):
        assert said in page.text
    without = read_page(api, "/api/summary?windows=1m")
    assert "no data in 1m" in without.text


def test_statistics_show_the_range_first_and_the_percentiles_asked(api, redis_client):
    run = make_run(duration_ms=1234)
    store_run(redis_client, TEST_ID, run, time.time() - 90)
    path = f"{BASE}/timing/stats?percentiles=50,99&interval=1h"
    text = read_page(api, path).text
    assert "Start Runs Least Mean Most p50 p99 whole range 1" in text
    whole = text.partition("whole range")[2].partition("Z")[0]
    assert whole.count("1,234 ms") == 5


def test_availability_of_tests_is_a_row_for_each_test_and_window(api, redis_client):
    for test_id in ("a", "b"):
        store_test(redis_client, test_id)
        store_run(redis_client, test_id, make_run(), time.time() - 90)
    page = read_page(api, "/api/availability?tests=a,b&windows=1h,24h")
    assert [page.hrefs.count(f"/api/tests/{test_id}") for test_id in "ab"] == [2, 2]
    assert page.text.count("100.000 %") == 8 and "Window From Passed Up" in page.text
