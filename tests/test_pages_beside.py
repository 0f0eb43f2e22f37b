"""From the page of a run to the runs beside it, by clicks."""

import pytest

from tests.factories import NOW_SCORE, TEST_ID, make_run, store_runs, store_test
from tests.page_reading import BROWSER, read_page

RUNS = f"/api/tests/{TEST_ID}/results"


@pytest.fixture(autouse=True)
def known(redis_client):
    store_test(redis_client)
    outcomes = {"good": True, "bad": False, "this": False, "newest": True}
    runs = [
        (make_run(run_id, passed), NOW_SCORE + n)
        for n, (run_id, passed) in enumerate(outcomes.items())
    ]
    store_runs(redis_client, TEST_ID, runs)


def test_a_run_leads_to_its_neighbours(api):
    page = read_page(api, f"{RUNS}/this")
    assert "?neighbours=true" in page.hrefs and "Runs beside this one" in page.text
    assert not [href for href in page.hrefs if "/compare/" in href]


def test_neighbours_are_links_and_each_can_be_compared(api):
    page = read_page(api, f"{RUNS}/this?neighbours=true")
    assert "Previous (failed) compare Next (passed) compare" in page.text
    assert "Last passed compare" in page.text
    shown = [href for href in page.hrefs if "?neighbours" in href or "/comp" in href]
    wanted = []
    for other in ("bad", "newest", "good"):
        wanted += [f"{RUNS}/{other}?neighbours=true", f"{RUNS}/this/compare/{other}"]
    assert shown == wanted
    for href in shown:
        assert api.get(href, HTTP_ACCEPT=BROWSER).status_code == 200, href


def test_a_comparison_leads_back_to_both_runs_and_to_its_opposite(api):
    page = read_page(api, f"{RUNS}/this/compare/good")
    wanted = [f"{RUNS}/{run}?neighbours=true" for run in ("this", "good")]
    wanted.append(f"{RUNS}/good/compare/this")
    assert [href for href in page.hrefs if href in wanted] == wanted


def test_at_the_ends_there_is_no_link_to_nothing(api):
    page = read_page(api, f"{RUNS}/good?neighbours=true")
    assert [href for href in page.hrefs if "/compare/" in href] == [
        f"{RUNS}/good/compare/bad"
    ]
    assert "Previous" not in page.text and "Last passed" not in page.text


def test_a_neighbour_that_no_path_can_name_is_no_link(api, redis_client):
    store_runs(redis_client, TEST_ID, [(make_run("a/b"), NOW_SCORE + 9)])
    page = read_page(api, f"{RUNS}/newest?neighbours=true")
    assert "Previous (failed)" in page.text and "Next (" not in page.text


def test_what_a_writer_calls_neighbours_is_no_link(api, redis_client):
    run = make_run("odd", neighbours={"previous": {"run_id": "good"}})
    store_runs(redis_client, TEST_ID, [(run, NOW_SCORE + 20)])
    page = read_page(api, f"{RUNS}/odd")
    assert f"{RUNS}/good?neighbours=true" not in page.hrefs
