"""`/badges/{test_id}/{status|uptime|p95}.svg` and `.json`."""

import time
from xml.etree import ElementTree

import pytest

from results.connection import use_store
from results.outlets.badges import Badge, uptime_badge
from tests.factories import TEST_ID, make_run, store_run, store_test

BADGES = f"/badges/{TEST_ID}"
SVG = "{http://www.w3.org/2000/svg}"


def shields(api, kind, **params):
    response = api.get(f"{BADGES}/{kind}.json", params)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert body.pop("schemaVersion") == 1
    return tuple(body.values())


def texts(api, kind, **params):
    response = api.get(f"{BADGES}/{kind}.svg", params)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    return [text.text for text in root.iter(f"{SVG}text")]


@pytest.fixture
def runs(redis_client):
    """Three runs of which one failed, and the newest passed."""
    store_test(redis_client)
    now = time.time()
    for n, passed in enumerate((True, False, True)):
        store_run(redis_client, TEST_ID, make_run(f"r{n}", passed), now - 300 + n * 60)


def test_a_badge_says_it_in_both_formats(api, runs):
    assert shields(api, "status") == ("status", "up", "#4c1")
    assert texts(api, "status") == ["status", "up"]
    assert shields(api, "uptime") == ("uptime 24h", "66.666%", "#e05d44")
    assert texts(api, "uptime", window="7d") == ["uptime 7d", "66.666%"]


def test_p95_is_that_of_the_newest_runs_that_passed(api, runs, redis_client):
    assert shields(api, "p95") == ("p95, 50 runs", "12.3 s", "#007ec6")
    quick = make_run("quick", duration_ms=640)
    store_test(redis_client, "quick")
    store_run(redis_client, "quick", quick, time.time())
    assert api.get("/badges/quick/p95.json").json()["message"] == "640 ms"
    assert api.get("/badges/zzz/p95.json").json()["message"] == "unknown"


def test_p95_of_a_window_is_of_the_runs_in_it(api, runs, redis_client):
    slow = make_run("slow", duration_ms=90_000)
    store_run(redis_client, TEST_ID, slow, time.time() - 7200)
    failed = make_run("gaveup", False, duration_ms=99_000)
    store_run(redis_client, TEST_ID, failed, time.time() - 60)
    assert shields(api, "p95", window="1h")[:2] == ("p95 1h", "12.3 s")
    assert texts(api, "p95", window="3h") == ["p95 3h", "90 s"]
    assert shields(api, "p95") == ("p95, 50 runs", "90 s", "#007ec6")
    stats = api.get(f"/api/tests/{TEST_ID}/timing/stats?window=3h").json()
    assert stats["percentiles"]["p95"] == 90_000


def test_a_test_that_fails_is_down(api, runs, redis_client):
    store_run(redis_client, TEST_ID, make_run("last", False), time.time())
    assert shields(api, "status") == ("status", "down", "#e05d44")


@pytest.mark.parametrize("is_known", [True, False])
def test_what_is_unknown_is_grey_and_no_error(api, redis_client, is_known):
    if is_known:
        store_test(redis_client)
    assert shields(api, "status") == ("status", "unknown", "#9f9f9f")
    assert shields(api, "uptime") == ("uptime 24h", "unknown", "#9f9f9f")
    assert shields(api, "p95") == ("p95, 50 runs", "unknown", "#9f9f9f")
    assert shields(api, "p95", window="1h") == ("p95 1h", "unknown", "#9f9f9f")
    assert texts(api, "status")[1] == "unknown"


def spoil(redis_client, kind):
    redis_client.delete(f"{kind}:{TEST_ID}")
    redis_client.set(f"{kind}:{TEST_ID}", "text")


@pytest.mark.parametrize("is_remembered", [True, False])
def test_runs_that_cannot_be_read_are_grey_and_said(
    api, runs, redis_client, caplog, is_remembered
):
    if is_remembered:
        assert shields(api, "status")[1] == "up"
    spoil(redis_client, "results")
    grey = ("unreadable", "#9f9f9f")
    assert shields(api, "status") == ("status", *grey)
    logged = [record.getMessage() for record in caplog.records]
    assert f"{BADGES}/status.json: unreadable_key (UnreadableKey)" in logged
    assert shields(api, "uptime", window="7d") == ("uptime 7d", *grey)
    assert shields(api, "p95") == ("p95, 50 runs", *grey)
    assert shields(api, "p95", window="1h") == ("p95 1h", *grey)
    assert texts(api, "status") == ["status", "unreadable"]


def test_points_that_cannot_be_read_cost_p95_alone(api, runs, redis_client):
    spoil(redis_client, "timing")
    assert shields(api, "p95")[1] == shields(api, "p95", window="1h")[1] == "unreadable"
    assert shields(api, "status")[1] == "up"
    assert shields(api, "uptime")[1] == "66.666%"


@pytest.mark.parametrize("has_text", [True, False])
def test_runs_without_a_definition_have_badges(api, runs, redis_client, has_text):
    redis_client.delete(f"test:{TEST_ID}")
    if has_text:
        spoil(redis_client, "test")
    assert shields(api, "uptime")[1] == "66.666%"
    assert shields(api, "p95")[1] == shields(api, "p95", window="1h")[1] == "12.3 s"


@pytest.mark.parametrize(
    ("pct", "message", "color"),
    [
        (100.0, "100%", "#4c1"),
        (99.999, "99.999%", "#4c1"),
        (99.0, "99%", "#4c1"),
        (98.999, "98.999%", "#dfb317"),
        (95.0, "95%", "#dfb317"),
        (90.5, "90.5%", "#fe7d37"),
        (0.0, "0%", "#e05d44"),
    ],
)
def test_a_share_is_shown_as_it_is(pct, message, color):
    assert uptime_badge("24h", pct) == Badge("uptime 24h", message, color)


def test_hostile_words_stay_words():
    image = Badge('"><script>', "&<'", "#fff").as_svg()
    root = ElementTree.fromstring(image)
    assert [text.text for text in root.iter(f"{SVG}text")] == ['"><script>', "&<'"]
    assert root.get("aria-label") == "\"><script>: &<'"


def test_a_copy_is_good_for_a_minute_and_is_not_sent_again(api, runs):
    first = api.get(f"{BADGES}/status.svg")
    assert first["Cache-Control"] == "public, max-age=60"
    again = api.get(f"{BADGES}/status.svg", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("accept", ["image/avif,image/png,*/*", "text/html"])
def test_it_is_an_image_whatever_is_accepted(api, runs, accept):
    response = api.get(f"{BADGES}/status.svg", HTTP_ACCEPT=accept)
    assert response["Content-Type"].startswith("image/svg+xml")


@pytest.mark.parametrize("window", ["1y", "", "0h"])
def test_a_bad_window_is_refused_by_name(api, runs, window):
    response = api.get(f"{BADGES}/uptime.svg", {"window": window})
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "window"


def test_no_other_badges_are_there(api, runs):
    for kind in ("uptime.png", "speed.svg", "status"):
        assert api.get(f"{BADGES}/{kind}").status_code == 404


def test_a_store_that_is_away_is_said(api):
    use_store("redis://127.0.0.1:1")
    response = api.get(f"{BADGES}/status.svg")
    assert response.status_code == 503
    assert response.json()["errors"][0]["code"] == "storage_unavailable"
