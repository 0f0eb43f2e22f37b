"""Page controls: to the newest, newer, older and oldest of a history."""

import pytest
from django.http import QueryDict

from results.browsable.paging import page_controls
from tests.factories import TEST_ID, make_run, store_run, store_runs, store_test
from tests.page_reading import read_page

RESULTS = f"/api/tests/{TEST_ID}/results"


def controls(total, limit, offset, given=""):
    shown = page_controls(QueryDict(given), total, limit, offset)
    return (shown.position, shown.first, shown.previous, shown.next, shown.last)


@pytest.mark.parametrize(
    "total, offset, shown",
    [
        (0, 0, ("Nothing is stored yet.", None, None, None, None)),
        (20, 0, ("1 to 20 of 20", None, None, None, None)),
        (21, 0, ("1 to 20 of 21", None, None, "?offset=20", "?offset=20")),
        (3000, 0, ("1 to 20 of 3,000", None, None, "?offset=20", "?offset=2980")),
        (
            3000,
            2960,
            (
                *("2,961 to 2,980 of 3,000", "?offset=0", "?offset=2940"),
                *("?offset=2980", "?offset=2980"),
            ),
        ),
        (
            3000,
            2980,
            ("2,981 to 3,000 of 3,000", "?offset=0", "?offset=2960", None, None),
        ),
        (
            30,
            7,
            ("8 to 27 of 30", "?offset=0", "?offset=0", "?offset=27", "?offset=20"),
        ),
    ],
)
def test_the_controls_lead_to_the_neighbours_and_the_ends(total, offset, shown):
    assert controls(total, 20, offset) == shown


def test_from_beyond_the_end_there_is_a_way_back_to_the_last_page():
    position, first, previous, following, last = controls(3000, 20, 5000)
    assert position == "Nothing here: there are 3,000 in all."
    assert (first, previous) == ("?offset=0", "?offset=2980")
    assert (following, last) == (None, None)


def test_from_beyond_the_end_of_nothing_there_is_a_way_to_the_start():
    assert controls(0, 20, 40)[1:] == ("?offset=0", "?offset=0", None, None)


def test_no_control_leads_to_an_offset_that_is_refused():
    shown = controls(10_000_500, 100, 9_999_950)
    assert shown[3:] == (None, "?offset=10000000")
    assert controls(10_000_500, 100, 10_000_000)[3] is None


def test_the_other_parameters_stay():
    shown = controls(90, 20, 20, "limit=20&offset=20&q=a%26b&format=api")
    assert shown[3] == "?limit=20&offset=40&q=a%26b&format=api"


def test_three_thousand_runs_are_leafed_through(api, redis_client):
    runs = [(make_run(f"{n:08x}", score=n), float(n)) for n in range(3000)]
    store_runs(redis_client, TEST_ID, runs)
    page = read_page(api, RESULTS)
    assert "1 to 20 of 3,000" in page.text
    assert {"?offset=20", "?offset=2980"} <= set(page.hrefs)
    last = read_page(api, f"{RESULTS}?offset=2980")
    assert f"{RESULTS}/00000000" in last.hrefs
    assert f"{RESULTS}/00000014" not in last.hrefs
    beyond = read_page(api, f"{RESULTS}?offset=5000")
    assert "?offset=2980" in beyond.hrefs and beyond.named("table") == []


def test_the_summary_is_leafed_through(api, redis_client):
    for n in range(6):
        store_test(redis_client, f"t{n}")
    page = read_page(api, "/api/summary?limit=2&sort=id")
    assert "1 to 2 of 6" in page.text and "First Previous Next Last" in page.text
    assert {"?limit=2&sort=id&offset=2", "?limit=2&sort=id&offset=4"} <= set(page.hrefs)
    last = read_page(api, "/api/summary?limit=2&sort=id&offset=4")
    assert {"/api/tests/t4", "/api/tests/t5"} <= set(last.hrefs)
    assert "?limit=2&sort=id&offset=0" in last.hrefs


def test_a_run_with_fields_named_like_a_page_has_no_controls(api, redis_client):
    run = make_run(total="x", limit=0, offset=[])
    store_run(redis_client, TEST_ID, run)
    page = read_page(api, f"{RESULTS}/a1b2c3d4")
    assert not [nav for nav in page.named("nav") if nav["aria-label"] == "Pages"]
