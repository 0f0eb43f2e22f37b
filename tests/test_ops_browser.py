"""The ops view in a real Chromium, driven by Playwright: what people do there."""

import json
import time

import pytest

from tests.factories import (
    HOUR,
    MINUTE,
    TEST_ID,
    iso,
    make_incident,
    make_run,
    make_step,
    store_event,
    store_incident,
    store_run,
    store_runs,
    store_test,
    store_timing,
)

pytestmark = [pytest.mark.gate, pytest.mark.chromium]

URL = f"/ops/tests/{TEST_ID}/"
API = f"/api/tests/{TEST_ID}"
STEPS = ["Open the page", "Log in", "See the dashboard"]
PLAN = json.dumps(
    [{"step_number": n, "description": text} for n, text in enumerate(STEPS, 1)]
)
DRAWN = "#timing[data-state=drawn]"


@pytest.fixture(scope="module")
def stage(server_url, tmp_path_factory):
    from tests.ops_stage import OpsStage

    with OpsStage(server_url, tmp_path_factory.mktemp("ops")) as stage:
        yield stage


@pytest.fixture
def open_page(stage, client):
    """Opens pages that are closed after the test, and must have been at peace."""
    yield stage.open
    stage.close_pages()


@pytest.fixture
def client(redis_client):
    store_test(redis_client)
    return redis_client


def fill(client, count, test_id=TEST_ID):
    """A run each half an hour, the newest a minute ago; each tenth failed."""
    now = time.time()
    for n in range(count):
        at = now - 60 - n * 30 * MINUTE
        plan = {"steps": json.loads(PLAN)}
        steps = [make_step(1, details="seen"), make_step(2)]
        run = make_run(
            f"r{n}",
            n % 10 != 3,
            at,
            duration_ms=1_000 + n,
            plan=plan,
            step_results=steps,
        )
        store_run(client, test_id, run, at)


def begin_run(client):
    store_event(client, TEST_ID, "plan_start", message="Planning")
    store_event(client, TEST_ID, "plan_complete", steps=PLAN)
    store_event(client, TEST_ID, "browser_start", message="Opening")
    store_event(client, TEST_ID, "step_start", step_number="1", message="Go")


def end_step(client, number, passed="True"):
    said = {"step_number": str(number), "passed": passed}
    store_event(client, TEST_ID, "step_complete", message=f"did {number}", **said)


def step_states(page):
    found = page.locator(".live-steps li")
    return [item.get_attribute("data-state") for item in found.all()]


def test_only_the_right_password_opens_the_door(stage, open_page):
    page = open_page(URL, logged_in=False)
    assert page.url.endswith(f"/ops/login/?next={URL}")
    stage.log_in(page, "wrong")
    page.wait_for_selector(".errornote")
    stage.log_in(page)
    page.wait_for_url(f"**{URL}")
    page.wait_for_selector("#timing[data-state=empty]")
    page.click("#logout-form button")
    page.goto("/ops/")
    assert "/ops/login/" in page.url


def names(page):
    return page.locator("table.tests tbody th.name a").all_inner_texts()


@pytest.fixture
def many(redis_client):
    """Sixty tests: each fifth fails, each seventh is paused; the newest ran last."""
    now = time.time()
    for n in range(60):
        fields = {"last_result": "failed"} if n % 5 == 0 else {}
        fields |= {"status": "paused"} if n % 7 == 0 else {}
        at = now - 60 * (n + 1)
        name, url = f"Test {n:02}", f"https://shop.example/{n}"
        stored = {"name": name, "url": url, "last_run_at": iso(at), **fields}
        store_test(redis_client, f"t{n:02}", **stored)


def test_tests_are_searched_filtered_sorted_paged_and_the_way_back_works(
    open_page, many
):
    page = open_page("/ops/")
    failing = [f"Test {n:02}" for n in range(0, 60, 5)]
    assert names(page)[:13] == [*failing, "Test 01"]
    page.click("nav.pages [rel=next]")
    page.wait_for_url("**offset=50*")
    assert len(names(page)) == 11
    page.go_back()
    page.wait_for_url("**/ops/")
    assert len(names(page)) == 50
    page.select_option("#status", "paused")
    page.wait_for_url("**status=paused*")
    assert len(names(page)) == 9
    page.select_option("#result", "failing")
    page.wait_for_url("**result=failing*")
    assert names(page) == ["Test 00", "Test 35"]
    page.click("#by-name")
    page.wait_for_url("**sort=*")
    page.click("#by-name")
    page.wait_for_url("**sort=-name*")
    assert names(page) == ["Test 35", "Test 00"]
    page.fill("#q", "shop.example/35")
    page.press("#q", "Enter")
    page.wait_for_url("**q=shop*")
    assert names(page) == ["Test 35"]
    bookmark = page.url
    page.click("tbody th.name a")
    page.wait_for_url("**/ops/tests/t35/")
    page.go_back()
    page.wait_for_url(bookmark)
    assert names(page) == ["Test 35"]
    assert page.input_value("#q") == "shop.example/35"


def test_the_table_of_tests_stays_fresh_and_keeps_the_place(open_page, many, client):
    page = open_page("/ops/", clocked=True)
    link = page.locator("tbody th.name a", has_text="Test 44")
    link.focus()
    top = page.evaluate("scrollY")
    assert top > 0
    client.hset("test:t44", "status", "error")
    page.clock.run_for(11_000)
    page.wait_for_selector("tr:has(:focus) .badge.error")
    assert page.evaluate("document.activeElement.innerText") == "Test 44"
    assert page.evaluate("scrollY") == top


@pytest.mark.parametrize("path, seconds", [("/ops/", 11), (URL, 31)])
def test_a_page_says_so_when_it_is_not_fresh_any_more(open_page, client, path, seconds):
    page = open_page(path, clocked=True)
    if path == URL:
        page.wait_for_selector(".connection[data-state=open]")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.clock.run_for(seconds * 1_000)
    page.wait_for_selector("#stale:visible")
    page.context.add_cookies(cookies)
    page.clock.run_for(seconds * 1_000)
    page.wait_for_selector("#stale", state="hidden")
    assert not page.is_visible("text=Not up to date")


def test_the_chart_has_every_run_and_the_figures_of_the_api(open_page, client):
    fill(client, 40)
    page = open_page(URL)
    page.wait_for_selector(DRAWN)
    chart = page.locator(".chart")
    assert chart.get_attribute("data-points") == "40"
    assert chart.get_attribute("data-failed") == "4"
    stats = page.evaluate(f"fetch('{API}/timing/stats?window=7d').then(r => r.json())")
    shown = page.locator(".chart-figures dd").all_inner_texts()
    tenths = [f"{stats['percentiles'][p] / 1000:.1f} s" for p in ("p50", "p95")]
    assert shown == [*tenths, "40"]
    label = chart.get_attribute("aria-label")
    assert "40 runs, 4 shown as failed" in label and tenths[0] in label


def test_the_chart_is_a_table_too(open_page, client):
    fill(client, 40)
    page = open_page(f"{URL}?chart=24h")
    page.wait_for_selector(DRAWN)
    page.click(".chart-table summary")
    page.wait_for_selector(".chart-table tbody tr")
    assert page.locator(".chart-table tbody tr").count() == 40
    fourth = page.locator(".chart-table tbody tr").nth(3)
    assert "failed" in fourth.inner_text() and "1.0 s" in fourth.inner_text()
    fourth.locator("a").click()
    page.wait_for_url(f"**{URL}runs/r3/")


def test_a_range_is_picked_zoomed_into_and_walked_through(open_page, client):
    fill(client, 96)
    page = open_page(URL)
    page.wait_for_selector(DRAWN)
    points = page.locator(".chart")

    def shows(count):
        page.wait_for_selector(f"{DRAWN} .chart[data-points='{count}']")

    page.click("[data-window='24h'] >> text=24h")
    shows(48)
    assert page.url.endswith("?chart=24h")
    pressed = page.locator("#timing [aria-pressed=true]").all_inner_texts()
    assert pressed == ["24h"]
    box = page.locator(".u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 50, steps=3)
    page.mouse.up()
    page.wait_for_function(
        "() => Math.abs(document.querySelector('.chart').dataset.points - 24) <= 1"
    )
    assert page.url.endswith("?chart=24h")
    page.focus("[data-move=reset]")
    page.keyboard.press("Enter")
    shows(48)
    page.focus("[data-move=in]")
    page.keyboard.press("Space")
    page.wait_for_function(
        "() => Math.abs(document.querySelector('.chart').dataset.points - 24) <= 1"
    )
    page.click("[data-move=earlier]")
    page.wait_for_selector(DRAWN)
    page.wait_for_selector("[data-move=later]:enabled")
    page.reload()
    shows(48)
    assert points.get_attribute("data-failed") == "5"


def drag(page, start, *moves):
    """A finger that goes down at a place of the window, moves, and is lifted."""
    finger = page.context.new_cdp_session(page)

    def tell(kind, *points):
        touched = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})

    tell("touchStart", start)
    for place in moves:
        tell("touchMove", place)
    tell("touchEnd")


def test_a_finger_draws_over_a_stretch_scrolls_the_page_and_opens_a_run(
    open_page, client
):
    fill(client, 96)
    page = open_page(f"{URL}?chart=24h", width=400, touched=True)
    page.wait_for_selector(f"{DRAWN} .chart[data-points='48']")
    page.locator(".chart").scroll_into_view_if_needed()
    box = page.locator(".u-over").bounding_box()
    y, width = box["y"] + 60, box["width"]
    left, right = box["x"] + width * 0.25, box["x"] + width * 0.75
    drag(page, (right, y), *[(right - width / 10 * n, y) for n in range(1, 6)])
    page.wait_for_function(
        "() => Math.abs(document.querySelector('.chart').dataset.points - 24) <= 1"
    )
    page.wait_for_selector(DRAWN)
    top = page.evaluate("scrollY")
    drag(page, (left, y), *[(left, y - 20 * n) for n in range(1, 6)])
    page.wait_for_function(f"scrollY > {top}")
    assert page.locator(".u-select").bounding_box()["width"] == 0
    assert page.url.endswith("?chart=24h")
    page.locator(".u-over").tap()
    page.wait_for_url(f"**{URL}runs/*/")


def test_a_point_says_what_it_is_and_opens_its_run(open_page, client):
    fill(client, 1)
    page = open_page(f"{URL}?chart=24h")
    page.wait_for_selector(DRAWN)
    box = page.locator(".u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + 50)
    page.wait_for_selector(".chart-said .badge")
    assert "passed in 1.0 s" in page.inner_text(".chart-said")
    # Far from every point nothing is meant.
    page.mouse.click(box["x"] + 100, box["y"] + 50)
    assert "click a point" in page.inner_text(".chart-said")
    assert page.url.endswith("?chart=24h")
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + 50)
    page.wait_for_url(f"**{URL}runs/r0/")


def test_many_runs_are_few_points_and_no_failed_one_is_lost(open_page, client):
    fill(client, 300)
    page = open_page(URL)
    page.wait_for_selector(DRAWN)
    chart = page.locator(".chart")
    assert chart.get_attribute("data-failed") == "30"
    assert 200 <= int(chart.get_attribute("data-points")) <= 230
    assert "of 300 runs are drawn" in page.inner_text(".chart-said")


def test_failed_runs_beyond_a_page_of_them_are_drawn_or_counted(open_page, client):
    now = time.time()
    failed = [
        (make_run(f"f{n}", False, now - 60 - n), now - 60 - n) for n in range(620)
    ]
    store_runs(client, TEST_ID, failed)
    for run, at in failed:
        store_timing(client, TEST_ID, f"{run['duration_ms']}:{run['run_id']}", at)
    page = open_page(URL)
    page.wait_for_selector(DRAWN)
    drawn = int(page.locator(".chart").get_attribute("data-failed"))
    assert 500 <= drawn < 620
    assert f"{drawn} of 620 failed ones" in page.inner_text(".chart-said")


def test_a_writer_that_tells_nothing_is_looked_at_anyway(open_page, client):
    fill(client, 1)
    page = open_page(URL, clocked=True)
    page.wait_for_selector(DRAWN)
    now = time.time()
    store_run(client, TEST_ID, make_run("quiet", False, now), now)
    page.clock.run_for(31_000)
    page.wait_for_selector("tr:has([data-body*=quiet])")
    page.wait_for_selector(f"{DRAWN} .chart[data-points='2'][data-failed='1']")


def test_the_live_panel_fills_while_a_run_happens(open_page, client):
    fill(client, 3)
    page = open_page(URL)
    page.wait_for_selector(".connection[data-state=open]")
    assert "No run has told anything yet" in page.inner_text("#live")
    begin_run(client)
    page.wait_for_selector("#live[data-phase=browsing] [data-state=running]")
    assert step_states(page) == ["running", "waiting", "waiting"]
    assert page.locator(".live-steps .step-text").all_inner_texts() == STEPS
    end_step(client, 1)
    end_step(client, 2, "false")
    page.wait_for_selector(".live-steps [data-state=failed]")
    assert step_states(page) == ["passed", "failed", "waiting"]
    store_event(client, TEST_ID, "eval_start")
    page.wait_for_selector("[data-phase-name=evaluating][aria-current=step]")
    now = time.time()
    store_run(client, TEST_ID, make_run("fresh", False, now), now)
    store_event(client, TEST_ID, "eval_complete", passed="false")
    page.wait_for_selector("#live[data-phase=done] .live-headline .failed")
    page.click(".live-log-box summary")
    log = page.locator(".live-log li")
    assert log.count() == 8
    assert log.first.inner_text().endswith("Planning")
    # Its row, and its point, come without a reload.
    page.wait_for_selector(f"[data-body='{URL}runs/fresh/?part=body']")
    page.wait_for_selector(f"{DRAWN} .chart[data-points='4'][data-failed='1']")


def test_the_live_panel_survives_a_restart_of_the_server(stage, open_page, client):
    page = open_page(URL)
    page.wait_for_selector(".connection[data-state=open]")
    begin_run(client)
    page.wait_for_selector(".live-steps [data-state=running]")
    stage.server.stop()
    page.wait_for_selector(".connection[data-state=reconnecting]")
    end_step(client, 1)
    stage.server.start()
    page.wait_for_selector(".connection[data-state=open]")
    page.wait_for_selector(".live-steps [data-state=passed]")
    end_step(client, 2)
    page.wait_for_selector(".live-steps li:nth-child(2)[data-state=passed]")
    assert page.locator(".live-log li").count() == 6
    # What a browser says about a server that is away.
    complaints = stage.complaints(page)
    assert all("ERR_" in said for said in complaints)
    complaints.clear()


def test_scripts_say_what_cannot_be_read_until_it_can(stage, open_page, client):
    fill(client, 3)
    spoiled = {kind: f"{kind}:{TEST_ID}" for kind in ("timing", "events")}
    client.rename(spoiled["timing"], "elsewhere")
    for key in spoiled.values():
        client.set(key, "text")
    page = open_page(URL, clocked=True)
    page.wait_for_selector("#live:has(.connection[data-state=refused]) code")
    wrong = "The stored data has an unexpected type and cannot be read."
    assert page.inner_text(".live-headline") == f"events:{TEST_ID}: {wrong}"
    page.wait_for_selector("#timing[data-state=failed]")
    read_from = f"It is read from timing:{TEST_ID} and results:{TEST_ID}."
    assert f"{wrong} {read_from}" in page.inner_text(".chart-said")
    assert page.locator(".chart-figures dd").all_inner_texts() == ["–"] * 3
    assert page.locator("#runs .opener").count() == 3
    client.rename("elsewhere", spoiled["timing"])
    client.delete(spoiled["events"])
    page.clock.run_for(31_000)
    page.wait_for_selector(".connection[data-state=open]")
    assert "No run has told anything yet" in page.inner_text("#live")
    page.wait_for_selector(f"{DRAWN} .chart[data-points='3']")
    # What a browser says about each answer of 502.
    complaints = stage.complaints(page)
    assert all("502" in said for said in complaints)
    complaints.clear()


def test_a_row_opens_and_only_then_asks_for_what_is_in_it(open_page, client):
    fill(client, 3)
    page = open_page(URL)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_selector(".connection[data-state=open]")
    opener = page.locator(".opener").first
    opener.focus()
    assert not [url for url in asked if "part=body" in url]
    page.keyboard.press("Enter")
    page.wait_for_selector(".run-body")
    assert "Step 3\nnot reached\nSee the dashboard" in page.inner_text(".run-body")
    assert opener.get_attribute("aria-expanded") == "true"
    page.click(".run-body .raw summary")
    assert json.loads(page.inner_text(".run-body .raw pre"))["run_id"] == "r0"
    page.keyboard.press("Escape")
    opener.press("Space")
    assert not page.is_visible(".run-body")
    opener.press("Space")
    assert page.is_visible(".run-body")
    assert len([url for url in asked if "part=body" in url]) == 1
    # A new run comes: the row stays open, and the focus where it was.
    now = time.time()
    store_event(client, TEST_ID, "plan_start")
    store_run(client, TEST_ID, make_run("fresh", score=now), now)
    store_event(client, TEST_ID, "eval_complete", passed="true")
    page.wait_for_selector("tr:has([data-body*=fresh])")
    assert page.locator("tr:has([data-body*='/r0/']) + tr").is_visible()


def test_runs_are_filtered_and_paged_and_the_way_back_works(open_page, client):
    fill(client, 45)
    page = open_page(URL)
    page.click("#runs [rel=next]")
    page.wait_for_url("**/?offset=20#runs")
    assert "21 to 40 of 45" in page.inner_text("#runs")
    page.click("#runs >> text=Failed")
    page.wait_for_url("**/?outcome=failed#runs")
    assert page.locator("#runs .opener").count() == 5
    page.go_back()
    page.wait_for_url("**/?offset=20#runs")
    assert page.locator("#runs .opener").count() == 20
    page.click(".days-table summary")
    page.locator(".days-table tbody a").first.click()
    page.wait_for_url("**/?from=*")
    assert "Only runs of a part" in page.inner_text("#runs")


def test_neighbours_lead_from_run_to_run(open_page, client):
    fill(client, 3)
    page = open_page(f"{URL}runs/r1/")
    page.click(".neighbours a >> nth=0")
    page.wait_for_url("**/runs/r2/")
    page.click(".breadcrumbs a >> nth=1")
    page.wait_for_url(f"**{URL}")


def test_the_dark_dress_follows_the_system_and_the_switch(open_page, client):
    fill(client, 3)
    page = open_page(URL, dark=True)
    page.wait_for_selector(DRAWN)

    def paper():
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    dark = paper()
    before = page.evaluate("window.was = document.querySelector('.chart canvas'), 1")
    assert before and dark == "rgb(15, 22, 21)"
    while page.evaluate("document.documentElement.dataset.theme") != "light":
        page.click(".theme-toggle")
    assert paper() != dark
    # Its colours are those of the page: it is drawn anew.
    page.wait_for_function("() => document.querySelector('.chart canvas') !== was")


PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    '"><svg onload=alert(4)>',
    "'><body onload=alert(5)>",
    "javascript:alert(6)",
    '" onmouseover="alert(7)" x="',
    "' onfocus='alert(8)' autofocus='",
    "<iframe srcdoc='<script>alert(9)</script>'></iframe>",
    "</title><script>alert(10)</script>",
    "</textarea><script>alert(11)</script>",
    "<!--><script>alert(12)</script>-->",
    "<a href='javascript:alert(13)'>x</a>",
    "{{ 7|add:7 }}{% load x %}${alert(14)}",
    "<math><mtext><style><img src=x onerror=alert(15)></style></mtext></math>",
    "<template><script>alert(16)</script></template>",
    "\u202e<b>alert(17)</b>\u2066\x00",
    "&lt;script&gt;alert(18)&lt;/script&gt;<script\n>alert(18)</script\n>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/19'>",
    "<base href=https://evil.example/><link rel=stylesheet href=//evil.example/20>",
]


# Attributes that would run something, or lead where no web address leads.
DANGEROUS = """[...document.querySelectorAll("*")]
  .flatMap((element) => [...element.attributes])
  .filter(({name, value}) => name.startsWith("on")
    || (["href", "src", "action"].includes(name)
      && value !== "" && !/^([/?#.]|https?:)/.test(value)))
  .map(({name, value}) => `${name}=${value}`)"""


def plant(client):
    """Each payload in every field of a run, an incident and an event; all of them in
    every field of the test."""
    everything = " ".join(PAYLOADS)
    fields = ["name", "url", "goal", "schedule", "status", "last_result", "created_at"]
    shown = json.dumps([{"name": everything, "value": everything, "hidden": False}])
    store_test(client, variables=shown, **dict.fromkeys(fields, everything))
    now = time.time()
    texts = ["details", "error", "triggered_by", "started_at", "completed_at"]
    for n, bad in enumerate(PAYLOADS):
        step = make_step(n + 1, details=bad, passed=bad)
        fields = dict.fromkeys([*texts, bad], bad)
        plan = {"steps": [{"step_number": n, "description": bad}], bad: bad}
        run = make_run(
            f"x{n}", n % 2 == 0, step_results=[step], plan=plan, **fields
        ) | {"test_id": bad}
        store_run(client, TEST_ID, run, now - n)
        store_run(client, TEST_ID, make_run(bad[:64]), now - HOUR - n)
        incident = make_incident(f"x{n}", error=bad, details=bad, started_at=bad)
        store_incident(client, TEST_ID, incident)
        steps = json.dumps([{"step_number": bad, "description": bad}])
        store_event(client, TEST_ID, "plan_complete", message=bad, steps=steps)
        told = {"message": bad, "timestamp": bad, "passed": bad, "run_id": bad}
        for kind in (bad, "step_start", "step_complete"):
            store_event(client, TEST_ID, kind, step_number=bad, **told)
    store_event(client, TEST_ID, "error", message=everything)


def test_whatever_is_stored_is_text(open_page, client):
    plant(client)
    for path in ("/ops/", f"{URL}?limit=100", f"{URL}runs/x0/"):
        page = open_page(path)
        if "limit" in path:
            page.wait_for_selector(DRAWN)
            page.wait_for_selector("#live[data-phase=done]")
            for summary in page.locator("summary").all():
                summary.click()
            page.locator(".opener").nth(3).click()
            page.wait_for_selector(".run-body")
            text = page.inner_text("main")
            assert "<img src=x onerror=alert(3)>" in text
            assert "{{ 7|add:7 }}" in text
        odd = "script, link, iframe, img, svg:not(.spark), base, style, math, template"
        assert page.locator(f"main :is({odd})").count() == 0
        assert page.evaluate(DANGEROUS) == []


@pytest.fixture
def odd_and_long(client):
    """What breaks a layout: no space, no end, from right to left, nothing at all."""
    word, story = "x" * 300, "word " * 2_000
    hebrew = "שלום עולם, הכפתור לא נמצא"
    store_test(client, name=word, url=f"https://a.example/{word}", goal=story)
    store_test(client, "rtl", name=hebrew, goal=hebrew)
    fill(client, 25)
    now = time.time()
    bad = make_run("long", False, now, error=word, details=story, triggered_by=word)
    store_run(client, TEST_ID, bad, now)
    store_run(client, "rtl", make_run("r", False, now, error=hebrew), now)
    store_event(client, TEST_ID, "plan_complete", steps=PLAN, message=word)
    store_event(client, TEST_ID, "eval_complete", passed="True", message=story)


PAGES = [
    "/ops/",
    f"{URL}?limit=5",
    f"{URL}runs/long/",
    "/ops/tests/rtl/",
    "/ops/tests/rtl/runs/r/",
]


def look_at_all(page):
    """Wait for what comes late, and open all that opens."""
    if page.locator("#timing").count():
        page.wait_for_selector(DRAWN)
        page.wait_for_selector(".connection[data-state=open]")
        page.locator(".opener").first.click()
        page.wait_for_selector(".run-body")
    for summary in page.locator("summary:visible").all():
        summary.click()


@pytest.mark.npm_packages
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_everybody_can_use_it_and_nothing_sticks_out(
    open_page, odd_and_long, width, dark
):
    from tests.ops_stage import overflow, serious_findings

    found = {}
    for path in [*PAGES, "/ops/login/"]:
        is_login = "login" in path
        page = open_page(path, width=width, dark=dark, logged_in=not is_login)
        look_at_all(page)
        found[path] = overflow(page) + serious_findings(page)
    assert found == dict.fromkeys(found, [])


def test_the_table_of_tests_fits_its_frame_and_its_cards(open_page, odd_and_long):
    page = open_page("/ops/")
    frame = page.locator(".tests-frame")
    assert page.is_visible("thead th.next_run")
    assert frame.evaluate("(box) => box.scrollWidth - box.clientWidth") == 0
    page = open_page("/ops/", width=360)
    url = page.locator("tbody .url").first.bounding_box()
    assert url["width"] == page.locator("tbody .name").first.bounding_box()["width"]


def test_without_scripts_nothing_waits_for_one(stage, open_page, client):
    fill(client, 1)
    state = open_page(URL).context.storage_state()
    context = stage.browser.new_context(
        base_url=stage.base_url, java_script_enabled=False, storage_state=state
    )
    page = context.new_page()
    page.goto(URL)
    said = page.inner_text("main")
    assert "Needs a browser that runs scripts" in said and "Waiting" not in said
    assert not page.is_visible(".chart-bar") and not page.is_visible(".chart")
    page.click(".opener")
    assert page.url.endswith(f"{URL}runs/r0/")
    context.close()
