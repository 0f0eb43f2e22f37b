"""`/api/tests/{test_id}/outages`, `/api/outages` and `/api/outages/groups`."""

import time
from datetime import datetime, timezone

import pytest

from tests.factories import (
    HOUR,
    MINUTE,
    TEST_ID,
    make_incident,
    make_run,
    make_variables,
    store_incident,
    store_run,
    store_test,
)

URL = f"/api/tests/{TEST_ID}/outages"
ALL, GROUPS = "/api/outages", "/api/outages/groups"


def get(api, url=URL, **params):
    response = api.get(url, params)
    assert response.status_code == 200, response.content
    return response.json()


def refused(api, url=URL, **params):
    response = api.get(url, params)
    assert response.status_code == 400
    return [error["attr"] for error in response.json()["errors"]]


@pytest.fixture
def now():
    return float(int(time.time()))


def iso(score):
    text = datetime.fromtimestamp(score, timezone.utc).isoformat()
    return text.replace("+00:00", "Z")


def tell(client, outcomes, now, test_id=TEST_ID, prefix="r", **failed):
    """A run each quarter of an hour, the last one a quarter ago: `..F.`"""
    for n, mark in enumerate(outcomes):
        score = now - (len(outcomes) - n) * 15 * MINUTE
        fields = {} if mark == "." else failed
        run = make_run(f"{prefix}{n}", mark == ".", score, test_id=test_id, **fields)
        store_run(client, test_id, run, score)


def ids(body):
    return [outage["id"] for outage in body["outages"]]


def test_failed_runs_in_a_row_are_one_outage(api, redis_client, now):
    store_test(redis_client)
    tell(redis_client, ".FFF..F", now)
    body = get(api)
    assert list(body) == ["test_id", "outages", "total", "limit", "offset"]
    assert (body["total"], body["limit"], body["offset"]) == (2, 20, 0)
    still, over = body["outages"]
    assert over == {
        "id": "r1",
        "test_id": TEST_ID,
        "state": "closed",
        "started_at": iso(now - 6 * 15 * MINUTE),
        "ended_at": iso(now - 3 * 15 * MINUTE),
        "duration_s": 2700.0,
        "down_s": 2700.0,
        "failed_runs": 3,
        "first_run_id": "r1",
        "last_run_id": "r3",
        "recovery_run_id": "r4",
        "error": "Step 3 failed: button not found",
        "last_error": "Step 3 failed: button not found",
        "fingerprint": over["fingerprint"],
        "alert_sent": True,
    }
    assert (still["state"], still["ended_at"], still["id"]) == ("open", None, "r6")
    assert still["recovery_run_id"] is None
    assert still["duration_s"] == pytest.approx(15 * MINUTE, abs=60)
    assert still["fingerprint"] == over["fingerprint"] is not None


def test_a_test_that_never_failed_has_none(api, redis_client, now):
    store_test(redis_client)
    tell(redis_client, "...", now)
    assert get(api)["outages"] == []


def test_an_outage_that_nobody_watched_is_longer_than_it_was_down(
    api, redis_client, now
):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run("r1", False), now - 10 * HOUR)
    [outage] = get(api)["outages"]
    assert outage["duration_s"] == pytest.approx(10 * HOUR, abs=60)
    assert outage["down_s"] == 45 * MINUTE


def test_filters_narrow_what_is_found(api, redis_client, now):
    store_test(redis_client)
    tell(redis_client, "FF.F.FF", now)
    assert ids(get(api)) == ["r5", "r3", "r0"]
    assert ids(get(api, state="open")) == ["r5"]
    assert ids(get(api, state="closed")) == ["r3", "r0"]
    assert ids(get(api, min_duration_s=1800)) == ["r5", "r0"]
    assert ids(get(api, open_after=2)) == ["r5", "r0"]
    assert ids(get(api, close_after=2)) == ["r0"]
    assert ids(get(api, limit=1, offset=1)) == ["r3"]
    assert ids(get(api, offset=3)) == []


def test_a_range_finds_what_overlaps_it_whole(api, redis_client, now):
    store_test(redis_client)
    tell(redis_client, "FFF.F...", now)
    inside = {"from": now - 7 * 15 * MINUTE, "to": now - 6 * 15 * MINUTE}
    [outage] = get(api, **inside)["outages"]
    assert (outage["id"], outage["duration_s"]) == ("r0", 2700.0)
    assert ids(get(api, window="61m")) == ["r4"]
    assert ids(get(api, window="45m")) == []


def test_a_range_that_reaches_behind_all_runs_says_from_when_on_there_are_any(
    api, redis_client, now
):
    store_test(redis_client)
    tell(redis_client, ".F", now)
    assert get(api, window="7d")["data_from"] == iso(now - 30 * MINUTE)
    assert "data_from" not in get(api, window="20m")
    assert "data_from" not in get(api)


def test_causes_are_told_from_one_another(api, redis_client, now):
    store_test(redis_client)
    tell(
        redis_client, "F.", now - 2 * HOUR, prefix="old", error='Step 2: "a" took 17 s'
    )
    tell(redis_client, "....F.", now, error='Step 2: "b" took 4 s')
    tell(redis_client, "....", now, "other")
    store_run(
        redis_client, "other", make_run("x", False, error="No such page"), now - 60
    )
    body = get(api)
    [known] = {outage["fingerprint"] for outage in body["outages"]}
    assert ids(get(api, fingerprint=known)) == ids(body)
    assert ids(get(api, fingerprint="0f3a9c1d2b4e")) == []
    store_test(redis_client, "other")
    groups = get(api, GROUPS)
    assert list(groups) == ["groups", "total", "limit", "offset"]
    newest, older = groups["groups"]
    assert newest["error"] == "No such page" and newest["still_happening"]
    assert (newest["tests"], newest["outages"]) == (["other"], 1)
    assert older == {
        "fingerprint": known,
        "error": 'Step 2: "b" took 4 s',
        "first_seen": body["outages"][-1]["started_at"],
        "last_seen": body["outages"][0]["started_at"],
        "outages": 2,
        "failed_runs": 2,
        "tests": [TEST_ID],
        "still_happening": False,
    }
    assert get(api, GROUPS, fingerprint=known)["groups"] == [older]
    assert get(api, GROUPS, tests=TEST_ID)["groups"] == [older]
    assert get(api, GROUPS, limit=1, offset=1)["groups"] == [older]


def test_the_step_that_failed_is_part_of_the_cause(api, redis_client, now):
    store_test(redis_client)
    steps = [{"step_number": 2, "passed": False}]
    tell(redis_client, "F", now, step_results=steps, error=None)
    [outage] = get(api)["outages"]
    assert (outage["fingerprint"], outage["error"]) == ("2", None)
    assert ids(get(api, fingerprint="2")) == ["r0"]


def test_an_outage_without_a_word_has_no_cause(api, redis_client, now):
    store_test(redis_client)
    tell(redis_client, "F", now, error=None)
    [outage] = get(api)["outages"]
    assert (outage["fingerprint"], outage["error"]) == (None, None)
    assert get(api, GROUPS)["groups"][0]["fingerprint"] is None


def test_outages_of_all_tests_come_newest_first(api, redis_client, now):
    store_test(redis_client)
    store_test(redis_client, "other")
    tell(redis_client, "F.F.", now)
    tell(redis_client, ".F.F", now, "other")
    body = get(api, ALL)
    assert list(body) == ["outages", "total", "limit", "offset"]
    told = [(outage["test_id"], outage["id"]) for outage in body["outages"]]
    assert told == [("other", "r3"), (TEST_ID, "r2"), ("other", "r1"), (TEST_ID, "r0")]
    of_one = get(api, ALL, tests=TEST_ID)["outages"]
    assert of_one == get(api)["outages"]
    assert get(api, ALL, limit=2, offset=1)["outages"] == body["outages"][1:3]


def test_an_unknown_test_is_404_and_named(api, redis_client, now):
    store_test(redis_client)
    for url in (ALL, GROUPS):
        response = api.get(url, {"tests": f"{TEST_ID},zzz,yyy"})
        assert response.status_code == 404
        assert "yyy, zzz" in response.json()["errors"][0]["detail"]


def test_a_test_that_cannot_be_read_does_not_hide_the_others(api, redis_client, now):
    store_test(redis_client)
    tell(redis_client, "F", now)
    store_test(redis_client, "broken")
    redis_client.set("results:broken", "text")
    body = get(api, ALL)
    assert (ids(body), body["skipped"]) == (["r0"], 1)
    assert get(api, GROUPS)["skipped"] == 1


def test_hidden_values_leave_as_stars(api, redis_client, now):
    store_test(redis_client, variables=make_variables(pw="hunter22"))
    tell(redis_client, "FF", now, error="typed hunter22")
    for text in (get(api), get(api, ALL), get(api, GROUPS)):
        assert "hunter22" not in str(text) and "typed ***" in str(text)


def test_an_alert_is_known_where_the_incident_is_kept(api, redis_client, now):
    store_test(redis_client)
    tell(redis_client, "F.F.F.F", now)
    key = f"incidents:{TEST_ID}"
    redis_client.delete(key)
    store_incident(redis_client, TEST_ID, make_incident("r0", alert_sent=True))
    store_incident(redis_client, TEST_ID, make_incident("r2", alert_sent=False))
    store_incident(redis_client, TEST_ID, make_incident("r4", alert_sent="yes"))
    store_incident(redis_client, TEST_ID, b"not json")
    known = {o["id"]: o["alert_sent"] for o in get(api)["outages"]}
    assert known == {"r0": True, "r2": False, "r4": None, "r6": None}
    redis_client.delete(key)
    assert {o["alert_sent"] for o in get(api)["outages"]} == {None}


@pytest.mark.parametrize("url", [URL, ALL, GROUPS])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "ajar"),
        ("state", ""),
        ("state", "Open"),
        ("limit", 101),
        ("offset", -1),
        ("min_duration_s", "1.5"),
        ("fingerprint", "2-XYZ"),
        ("open_after", 0),
        ("close_after", 11),
        ("window", "1y"),
        ("from", "yesterday"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(api, url, name, value):
    assert refused(api, url, **{name: value}) == [name]


def test_a_state_is_given_once(api):
    response = api.get(f"{URL}?state=open&state=closed")
    assert response.status_code == 400


def test_an_outage_links_to_its_run_on_the_page(api, redis_client, now):
    store_test(redis_client)
    tell(redis_client, ".F", now)
    for url in (URL, ALL):
        page = api.get(url, HTTP_ACCEPT="text/html").content.decode()
        assert f"/api/tests/{TEST_ID}/results/r1" in page
    page = api.get(GROUPS, HTTP_ACCEPT="text/html").content.decode()
    assert "happening" in page
