"""`/api/tests/{test_id}/results`: filters, ranges, orders and cursors."""

from datetime import datetime, timezone

import pytest

from results.repository import candidates
from tests.factories import (
    NOW_SCORE,
    TEST_ID,
    iso,
    make_run,
    make_variables,
    store_runs,
    store_test,
)
from tests.history_stage import URL, fill, get, ids, time_of
from tests.page_reading import read_page


def test_cursors_lead_through_the_history_and_back(api, redis_client):
    fill(redis_client)
    first = get(api, limit=12)
    second = get(api, limit=12, cursor=first["next_cursor"])
    third = get(api, limit=12, cursor=second["next_cursor"])
    listed = ids(first) + ids(second) + ids(third)
    assert listed == [f"run{n:02}" for n in range(30)]
    assert third["next_cursor"] is None and first["previous_cursor"] is None
    assert get(api, limit=12, cursor=third["previous_cursor"]) == second
    back = get(api, limit=12, cursor=second["previous_cursor"])
    assert ids(back) == ids(first) and back["previous_cursor"] is None


def test_the_header_has_links_to_the_neighbours(api, redis_client):
    fill(redis_client)
    response = api.get(f"{URL}?limit=10&offset=10&triggered_by=qstash&offset=0")
    assert response.status_code == 400  # the offset is there twice
    response = api.get(f"{URL}?outcome=passed&limit=5&offset=5")
    following, previous = response["Link"].split(", ")
    body = response.json()
    query = "?outcome=passed&limit=5&cursor="
    assert following == f'<{URL}{query}{body["next_cursor"]}>; rel="next"'
    assert previous == f'<{URL}{query}{body["previous_cursor"]}>; rel="prev"'
    there = api.get(following[1:].partition(">")[0]).json()
    assert ids(there) == ids(get(api, outcome="passed", limit=5, offset=10))
    assert "Link" not in api.get(f"{URL}?limit=100")


@pytest.mark.parametrize(
    "query",
    ["triggered_by=a%26b&triggered_by=qstash", 'triggered_by=qstash&x="<>"', "&&"],
)
def test_a_link_asks_what_the_request_asked(api, redis_client, query):
    fill(redis_client)
    response = api.get(f"{URL}?{query}&limit=4&%63ursor=")
    assert response.status_code == 400
    response = api.get(f"{URL}?{query}&limit=4")
    target = response["Link"][1:].partition(">")[0]
    assert ids(api.get(target).json()) == ["run04", "run05", "run06", "run07"]


def test_a_thousand_runs_of_one_millisecond_are_met_once_each(api, redis_client):
    store_test(redis_client)
    runs = [(make_run(f"r{n}", n % 2 > 0), NOW_SCORE) for n in range(1000)]
    store_runs(redis_client, TEST_ID, runs)
    for params in ({}, {"order": "oldest"}, {"outcome": "failed"}):
        found, body = [], get(api, limit=90, **params)
        while True:
            found += ids(body)
            if not body["next_cursor"]:
                break
            body = get(api, limit=90, cursor=body["next_cursor"], **params)
        assert len(set(found)) == len(found) == (500 if "outcome" in params else 1000)


def test_a_run_that_arrives_between_two_pages_shifts_nothing(api, redis_client):
    fill(redis_client)
    first = get(api, limit=10)
    store_runs(redis_client, TEST_ID, [(make_run("new"), NOW_SCORE + 5)])
    second = get(api, limit=10, cursor=first["next_cursor"])
    assert ids(second)[0] == "run10"
    before = get(api, limit=100, cursor=second["previous_cursor"])
    assert ids(before) == ["new", *ids(first)]


def test_outcomes_are_counted_as_the_uptime_counts_them(api, redis_client):
    fill(redis_client)
    store_runs(redis_client, TEST_ID, [(make_run("run01", False), NOW_SCORE + 1)])
    failed, passed = (get(api, outcome=o) for o in ("failed", "passed"))
    assert (failed["total"], passed["total"]) == (11, 19)
    assert ids(failed)[:3] == ["run01", "run00", "run03"]
    assert "run01" not in ids(passed)
    assert not any(run["passed"] for run in failed["results"])


def test_a_range_is_half_open_and_says_where_its_data_begins(api, redis_client):
    fill(redis_client)
    start, end = iso(time_of(20)), iso(time_of(10))
    body = get(api, **{"from": start, "to": end}, order="oldest", limit=3)
    assert ids(body) == ["run20", "run19", "run18"]
    assert body["total"] == 10 and "data_from" not in body
    for params in ({}, {"outcome": "failed"}):
        wide = get(api, **{"from": "2020-01-01T00:00:00Z"}, **params)
        assert wide["data_from"] == iso(time_of(29))
    assert get(api, **{"from": iso(NOW_SCORE + 9)})["results"] == []


def test_a_window_ends_now(api, redis_client):
    store_test(redis_client)
    now = datetime.now(timezone.utc).timestamp()
    times = {"old": now - 7200, "new": now - 60, "ahead": now + 200, "far": now + 900}
    store_runs(redis_client, TEST_ID, [(make_run(i), t) for i, t in times.items()])
    assert ids(get(api, window="1h")) == ["ahead", "new"]
    assert ids(get(api, window="1h", outcome="passed")) == ["ahead", "new"]


def test_triggers_and_durations_are_looked_for(api, redis_client):
    fill(redis_client)
    store_runs(
        redis_client,
        TEST_ID,
        [
            (make_run("odd", triggered_by=None, duration_ms=None), NOW_SCORE + 1),
            (make_run("me", triggered_by="me", duration_ms=12.5), NOW_SCORE + 2),
        ],
    )
    assert ids(get(api, triggered_by="me")) == ["me"]
    both = api.get(f"{URL}?triggered_by=me&triggered_by=qstash&limit=2").json()
    assert ids(both) == ["me", "run00"] and both["total"] is None
    found = get(api, min_duration_ms=3000, max_duration_ms=5000)
    assert ids(found) == ["run03", "run04", "run05"]
    assert ids(get(api, max_duration_ms=12, outcome="passed")) == []
    assert ids(get(api, max_duration_ms=13)) == ["me", "run00"]


def test_what_is_hidden_cannot_be_searched(api, redis_client):
    fill(redis_client, triggered_by="hunter2")
    redis_client.hset(
        f"test:{TEST_ID}", "variables", make_variables(password="hunter2")
    )
    assert ids(get(api, triggered_by="hunter2")) == []
    assert len(ids(get(api, triggered_by="***", limit=100))) == 30


def test_a_rare_filter_has_short_pages_and_goes_on(api, redis_client, monkeypatch):
    monkeypatch.setattr(candidates, "MOST_EXAMINED", 10)
    fill(redis_client)
    found, body, pages = [], get(api, min_duration_ms=28_000, limit=2), 1
    while body["next_cursor"]:
        found += ids(body)
        body = get(api, min_duration_ms=28_000, limit=2, cursor=body["next_cursor"])
        pages += 1
    assert found + ids(body) == ["run28", "run29"]
    assert pages > 1


def test_lean_rows_have_the_declared_fields_but_steps(api, redis_client):
    fill(redis_client, plan={"steps": []})
    large = make_run("large", screenshots="x" * 300_000)
    store_runs(redis_client, TEST_ID, [(large, NOW_SCORE + 1)])
    for params in ({}, {"outcome": "passed"}):
        first, second = get(api, fields="summary", limit=2, **params)["results"]
        assert first["truncated"] is True and "screenshots" not in first
        assert not {"step_results", "plan"} & second.keys()
        assert second["details"] and second["triggered_by"] == "qstash"
    assert get(api, limit=2)["results"][1]["plan"] == {"steps": []}


def test_large_bodies_are_paged_as_others_are(api, redis_client):
    store_test(redis_client)
    big = "x" * 300_000
    runs = [(make_run(f"r{n}", n % 2 > 0, raw=big + "y" * n), n // 2) for n in range(9)]
    store_runs(redis_client, TEST_ID, runs)
    get(api, outcome="failed")  # and the index is built
    for params, count in (
        ({}, 9),
        ({"outcome": "failed"}, 5),
        ({"order": "oldest"}, 9),
    ):
        found, body = [], get(api, limit=2, **params)
        while body["next_cursor"]:
            found += body["results"]
            body = get(api, limit=2, cursor=body["next_cursor"], **params)
        found += body["results"]
        assert len({run["run_id"] for run in found}) == len(found) == count
        assert all(run["truncated"] for run in found)


def test_pages_from_a_cursor_are_known_by_their_tags(api, redis_client):
    fill(redis_client)
    get(api, outcome="failed")
    for params in ({"order": "oldest"}, {"outcome": "failed"}):
        cursor = get(api, limit=3, **params)["next_cursor"]
        first = api.get(URL, {"limit": 3, "cursor": cursor, **params})
        headers = {"If-None-Match": first["ETag"]}
        again = api.get(URL, {"limit": 3, "cursor": cursor, **params}, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        fill(redis_client, 3)
        store_runs(redis_client, TEST_ID, [(make_run("old", False), time_of(50))])
        assert api.get(URL, {"limit": 50, **params}).status_code == 200


def test_the_page_of_a_filter_leads_on_by_cursor(api, redis_client):
    fill(redis_client)
    page = read_page(api, f"{URL}?outcome=passed&limit=5")
    assert "20 in all" in page.text
    (following,) = {h for h in page.hrefs if "cursor=" in h}
    page = read_page(api, f"{URL}{following}")
    assert "run08" in page.text
    assert "?outcome=passed&limit=5" in page.hrefs
    assert len([h for h in page.hrefs if h.startswith("?outcome")]) == 3
