"""One window, one figure: wherever it is shown, it is the same."""

import csv
import io
import random
import re
import time
from itertools import product

import pytest
from prometheus_client.parser import text_string_to_metric_families

from results.analysis.shares import percent
from results.outlets import metrics_views
from tests.factories import (
    HOUR,
    TEST_ID,
    iso,
    make_run,
    store_run,
    store_runs,
    store_test,
)

BASE = f"/api/tests/{TEST_ID}"


@pytest.fixture(autouse=True)
def history(redis_client, monkeypatch):
    """Forty days with gaps, ties and outages; some runs came late, one twice."""
    monkeypatch.setattr(metrics_views, "remembered", metrics_views.Remembered())
    dice, now = random.Random(5), time.time()
    store_test(redis_client, schedule="0 * * * *")
    runs, passed = [], True
    for n in range(40 * 24):
        passed = passed if dice.random() < 0.8 else not passed
        score = now - n * HOUR - dice.choice([60, 60, 600.5])
        if n % 97 < 91:
            runs.append((make_run(f"r{n}", passed, score), score))
    dice.shuffle(runs)
    store_runs(redis_client, TEST_ID, runs[:-3])
    store_run(redis_client, TEST_ID, make_run("r7", True), now - 3 * HOUR)
    store_runs(redis_client, TEST_ID, runs[-3:])


def get(api, url, **params):
    response = api.get(url, params)
    assert response.status_code == 200, response.content
    return response.json()


def rows(api, url, **params):
    text = b"".join(api.get(url, params).streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def scraped(api):
    families = text_string_to_metric_families(api.get("/metrics").content.decode())
    return {
        sample.labels["window"]: sample.value
        for family in families
        if family.name == "monitor_test_availability_ratio"
        for sample in family.samples
    }


@pytest.mark.parametrize("window", ["24h", "7d", "30d"])
def test_the_share_of_passed_runs_is_the_same_everywhere(api, window):
    [figures] = get(api, f"{BASE}/availability", windows=window)["windows"]
    shown = figures["run_pct"]
    assert 0 < shown < 100
    badge = get(api, f"/badges/{TEST_ID}/uptime.json", window=window)["message"]
    assert float(badge.removesuffix("%")) == shown
    assert scraped(api)[window] == pytest.approx(shown / 100, abs=1e-9)
    [several] = get(api, "/api/availability", tests=TEST_ID, windows=window)["tests"]
    assert several["windows"][0]["run_pct"] == shown
    [row] = get(api, "/api/summary", windows=window)["tests"]
    assert row["windows"][0]["run_pct"] == shown
    passed = {"window": window, "outcome": "passed"}
    counted = [
        get(api, f"{BASE}/results", **asked)["total"]
        for asked in (passed, passed | {"outcome": "failed"})
    ]
    assert counted == [figures["passed_runs"], figures["failed_runs"]]
    exported = [
        len(rows(api, f"{BASE}/results.csv", window=window, outcome=outcome))
        for outcome in ("passed", "failed")
    ]
    assert exported == counted
    assert percent(counted[0], sum(counted)) == shown


@pytest.mark.parametrize("window", ["24h", "7d", "30d"])
def test_outages_of_a_window_are_as_many_everywhere(api, window):
    [figures] = get(api, f"{BASE}/availability", windows=window)["windows"]
    asked = {"window": window, "limit": 100}
    listed = get(api, f"{BASE}/outages", **asked)
    assert listed["total"] == figures["outages"] > 0
    assert get(api, "/api/outages", **asked)["total"] == listed["total"]
    assert len(rows(api, f"{BASE}/outages.csv", **asked)) == listed["total"]
    groups = get(api, "/api/outages/groups", **asked)["groups"]
    assert sum(group["outages"] for group in groups) == listed["total"]
    closed = [o["duration_s"] for o in listed["outages"] if o["state"] == "closed"]
    if len(listed["outages"]) == listed["total"]:
        mean = sum(closed) / len(closed)
        assert figures["mttr_s"] == pytest.approx(mean, abs=0.001)


@pytest.mark.parametrize(("bucket", "count"), [("hour", 48), ("day", 30)])
def test_slots_add_up_to_the_range_that_they_cover(api, bucket, count):
    asked = {"bucket": bucket, "count": count}
    slots = get(api, f"{BASE}/availability/slots", **asked)["slots"]
    start = {"from": slots[0]["start"]}
    [figures] = get(api, f"{BASE}/availability", **start)["windows"]
    assert sum(slot["runs"] for slot in slots) == figures["total_runs"]
    assert sum(slot["failures"] for slot in slots) == figures["failed_runs"]
    down = sum(slot["downtime_s"] for slot in slots)
    # What is down now is down for somewhat longer by the second request.
    assert down == pytest.approx(figures["down_s"], abs=30)
    found = rows(api, f"{BASE}/availability/slots.csv", **asked)
    assert [row["failures"] for row in found] == [str(s["failures"]) for s in slots]


def test_the_state_now_is_the_same_everywhere(api):
    [row] = get(api, "/api/summary")["tests"]
    assert get(api, f"/badges/{TEST_ID}/status.json")["message"] == row["state"]
    is_open = get(api, f"{BASE}/outages", state="open")["total"] == 1
    assert is_open is (row["state"] == "down")
    text = api.get("/metrics").content.decode()
    value = "0.0" if is_open else "1.0"
    assert f'monitor_test_up{{test_id="{TEST_ID}"}} {value}' in text


@pytest.mark.django_db
def test_the_same_tests_are_overdue_everywhere(api, client, redis_client, settings):
    """By hash and runs, of which either may know of the newest, or be ahead."""
    settings.OPS_PUBLIC = True
    now, late = time.time(), set()
    hours = {"old": 9, "new": 1, "ahead": -1, "none": None}
    schedules = {"cron": "0 * * * *", "plain": ""}
    for kind, hashed, ran in product(schedules, hours, hours):
        test_id, ago = f"{kind}-{hashed}-{ran}", hours[ran]
        last = "" if hashed == "none" else iso(now - hours[hashed] * HOUR)
        fields = {"schedule": schedules[kind], "last_run_at": last, "created_at": ""}
        store_test(redis_client, test_id, **fields)
        if ago is not None:
            times = [ago, *(n + max(ago, 9) for n in range(1, 5))]
            runs = [(make_run(f"r{n}"), now - n * HOUR) for n in times]
            store_runs(redis_client, test_id, runs)
        # Without a cron and without a run a day is expected.
        is_known = ran != "none" or (kind, hashed) == ("cron", "old")
        if is_known and "new" not in (hashed, ran):
            late.add(test_id)
    found = get(api, "/api/summary", limit=100)
    assert {row["test_id"] for row in found["tests"] if row["overdue"]} == late
    assert found["counts"]["overdue"] == len(late) == 13
    assert get(api, "/api/dashboard")["overdue"] == len(late)
    scraped = api.get("/metrics").content.decode()
    assert f"monitor_overdue_tests {len(late)}.0" in scraped
    page = client.get("/ops/", {"status": "overdue"}).content.decode()
    assert f"<b>{len(late)}</b> overdue" in page
    shown = re.findall(r'class="name"><a href="/ops/tests/([^/]+)/"', page)
    assert set(shown) == late
