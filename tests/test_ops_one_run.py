"""The page of one run, and what an opened row shows of it."""

import json
import time

import pytest

from tests.factories import TEST_ID, make_run, make_step, store_run, store_test
from tests.page_reading import PageReader, read_page

URL = f"/ops/tests/{TEST_ID}/runs/"


# Each page looks after its database connection, whether it used one or not.
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def public(settings):
    """Who may look is for other tests."""
    settings.OPS_PUBLIC = True


@pytest.fixture
def now():
    return time.time()


@pytest.fixture
def three(redis_client, now):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run("r1"), now - 300)
    steps = [make_step(1), make_step(2, passed=False, retry_count=2, details="gone")]
    plan = {"steps": [{"step_number": n, "description": f"Do {n}"} for n in (1, 2, 3)]}
    bad = make_run("r2", passed=False, step_results=steps, plan=plan, error="2 < 3")
    store_run(redis_client, TEST_ID, bad, now - 200)
    store_run(redis_client, TEST_ID, make_run("r3"), now - 100)


def test_it_has_every_step_with_its_plan(api, three):
    page = read_page(api, f"{URL}r2/")
    assert "Error 2 < 3" in page.text
    assert "Step 2 failed Do 2 gone 2 retries" in page.text
    assert "Step 3 not reached Do 3" in page.text


def test_it_leads_to_its_neighbours_and_to_the_record(api, three):
    page = read_page(api, f"{URL}r2/")
    neighbours = [href for href in page.hrefs if href.startswith(URL)]
    assert neighbours == [f"{URL}r1/", f"{URL}r3/", f"{URL}r1/"]
    assert f"/api/tests/{TEST_ID}/results/r2" in page.hrefs
    for word in ("Previous run", "Next run", "Last run that passed"):
        assert word in page.text


def test_a_single_run_says_so(api, redis_client, now):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run("r1"), now)
    assert "The only run of this test" in read_page(api, f"{URL}r1/").text


def test_an_opened_row_gets_the_same_without_the_chrome(api, three):
    part = PageReader(api.get(f"{URL}r2/?part=body").content.decode())
    assert part.tags[0][0] == "p" and not part.named("header")
    assert "Step 2 failed Do 2 gone 2 retries" in part.text
    assert f"{URL}r2/" in part.hrefs
    assert "Page of this run" not in read_page(api, f"{URL}r2/").text


def test_the_raw_record_is_what_the_api_serves(api, three):
    page = read_page(api, f"{URL}r2/")
    (raw,) = [text for tag, text in page.texts if tag == "pre" and "{" in text]
    assert json.loads(raw) == api.get(f"/api/tests/{TEST_ID}/results/r2").json()


def test_a_raw_record_like_a_book_is_cut(api, redis_client, now):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run("r1", book="x" * 200_000), now)
    response = api.get(f"{URL}r1/")
    assert len(response.content) < 150_000
    assert "Cut here; the API has all of it" in response.content.decode()


def test_a_summary_says_that_it_is_one(api, redis_client, now):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run("r1", book="x" * (17 << 20)), now)
    assert "too large for here (17.0" in read_page(api, f"{URL}r1/").text


def test_withheld_fields_are_told(api, redis_client, now):
    store_run(redis_client, TEST_ID, make_run("r1", extra="x"), now)
    page = read_page(api, f"{URL}r1/")
    assert "Some fields are withheld" in page.text and TEST_ID in page.text


def test_a_record_without_steps_shows_its_plan(api, redis_client, now):
    store_test(redis_client)
    run = make_run("r1", step_results=[], plan=["Open", "Look"])
    store_run(redis_client, TEST_ID, run, now)
    text = read_page(api, f"{URL}r1/").text
    assert "The record has no steps" in text and "Plan Open Look" in text


@pytest.mark.parametrize(
    ("path", "status"),
    [("no-such-run/", 404), ("r2/?part=odd", 400), ("r2/?part=body&part=body", 400)],
)
def test_what_is_not_there_is_told(api, three, path, status):
    read_page(api, URL + path, status=status)
