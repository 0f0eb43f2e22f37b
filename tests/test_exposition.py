"""`/metrics` and `/metrics/streams`, as Prometheus reads them."""

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from results.connection import use_store
from results.domain import IndexBuilding
from results.live.hub import HubMetrics
from results.outlets import metrics_views, stream_exposition
from tests.factories import (
    HOUR,
    TEST_ID,
    make_run,
    make_variables,
    store_run,
    store_test,
)

DASHBOARD = Path(__file__).resolve().parent.parent / "deploy" / "grafana.json"
PROMTOOL = shutil.which("promtool")


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """Nothing is remembered of another test of this suite."""
    monkeypatch.setattr(metrics_views, "remembered", metrics_views.Remembered())


def scrape(api, url="/metrics"):
    """Each sample by its name and labels."""
    response = api.get(url)
    assert response.status_code == 200, response.content
    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    return samples(response.content.decode())


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def stored(redis_client):
    """Four runs in a day, the newest one failed, and an older one."""
    now = time.time()
    store_test(redis_client, name='Lo"gin\\\n', status="paused")
    store_test(redis_client, "never-ran", name="")
    for n, passed in enumerate((True, True, True, False)):
        store_run(redis_client, TEST_ID, make_run(f"r{n}", passed), now - 400 + n * 60)
    store_run(redis_client, TEST_ID, make_run("old"), now - 100 * HOUR)
    return now


def test_a_scrape_tells_what_every_answer_tells(api, stored):
    found = scrape(api)
    assert found[("monitor_store_up",)] == 1
    assert found["monitor_tests", "active"] == found["monitor_tests", "paused"] == 1
    assert found["monitor_tests", "error"] == 0
    assert found["monitor_test_up", TEST_ID] == 0
    ratio = "monitor_test_availability_ratio"
    assert found[ratio, "24h", TEST_ID] == 0.75
    assert found[ratio, "7d", TEST_ID] == found[ratio, "30d", TEST_ID] == 0.8
    uptime = api.get(f"/badges/{TEST_ID}/uptime.json").json()["message"]
    assert uptime == "75%"
    assert found["monitor_test_runs", TEST_ID, "passed"] == 4
    assert found["monitor_test_runs", TEST_ID, "failed"] == 1
    last = found["monitor_test_last_run_timestamp_seconds", TEST_ID]
    assert last == pytest.approx(stored - 220, abs=0.01)
    last_pass = found["monitor_test_last_pass_timestamp_seconds", TEST_ID]
    assert last_pass == pytest.approx(stored - 280, abs=0.01)
    assert found["monitor_unreadable_tests",] == 0
    assert found["monitor_overdue_tests",] == 1
    duration = "monitor_test_duration_seconds"
    assert found[duration, "95", TEST_ID] == found[duration, "50", TEST_ID] == 12.34
    rows = {row["test_id"]: row for row in api.get("/api/summary").json()["tests"]}
    assert rows[TEST_ID]["p95_ms"] == 12340


def test_names_are_escaped_and_known_by_id_where_there_is_none(api, stored):
    found = scrape(api)
    assert ("monitor_test_info", 'Lo"gin\\\n', TEST_ID, "paused") in found
    assert ("monitor_test_info", "active", "never-ran", "never-ran") in found


def test_what_is_unknown_is_absent(api, stored):
    found = scrape(api)
    told = {key[0] for key in found if "never-ran" in key}
    assert told == {"monitor_test_info", "monitor_test_runs"}


def test_hidden_values_leave_as_stars(api, redis_client):
    hidden = make_variables(pw="hunter22")
    store_test(redis_client, name="as hunter22", variables=hidden)
    assert ("monitor_test_info", TEST_ID, "active", "as ***") in scrape(api)


def test_scrapes_that_come_together_cost_one(api, stored, redis_client, monkeypatch):
    before = scrape(api)
    store_run(redis_client, TEST_ID, make_run("new"), time.time())
    assert scrape(api) == before
    later = time.monotonic() + metrics_views.CACHE_SECONDS
    monkeypatch.setattr(metrics_views.time, "monotonic", lambda: later)
    assert scrape(api)["monitor_test_runs", TEST_ID, "passed"] == 5


def test_a_deleted_test_vanishes_at_once_and_a_new_one_appears(
    api, stored, redis_client
):
    assert any(TEST_ID in key for key in scrape(api))
    redis_client.srem("tests:all", TEST_ID)
    assert not any(TEST_ID in key for key in scrape(api))
    store_test(redis_client, "fresh")
    assert any("fresh" in key for key in scrape(api))


def test_a_test_that_cannot_be_read_is_counted(api, stored, redis_client):
    redis_client.set("results:never-ran", "text")
    found = scrape(api)
    assert found["monitor_unreadable_tests",] == 1
    assert found["monitor_test_runs", TEST_ID, "failed"] == 1


def test_without_the_store_it_says_so_and_nothing_else(api, stored):
    scrape(api)
    use_store("redis://127.0.0.1:1")
    assert scrape(api) == {("monitor_store_up",): 0}


def test_while_indexes_are_built_there_is_the_store_alone(api, stored, monkeypatch):
    def building(*_asked):
        raise IndexBuilding

    monkeypatch.setattr(metrics_views, "snapshot", building)
    assert scrape(api) == {("monitor_store_up",): 1}


def test_an_index_of_a_wrong_type_is_the_one_error_body(api, redis_client):
    redis_client.set("tests:all", "text")
    response = api.get("/metrics")
    assert response.status_code == 502
    assert response.json()["errors"][0]["code"] == "unreadable_key"


def test_the_streams_of_this_process_have_it_as_a_label(api, monkeypatch):
    first, second = HubMetrics(listeners=3, lag_ms=1500.0), HubMetrics(listeners=2)
    first.resets["trimmed"] = 4
    second.entries = 7
    monkeypatch.setattr(
        stream_exposition.hub, "measured", lambda: [first, second, HubMetrics()]
    )
    found, worker = scrape(api, "/metrics/streams"), str(os.getpid())
    assert found["monitor_live_listeners", worker] == 5
    assert found["monitor_live_entries_total", worker] == 7
    assert found[("monitor_live_resets_total", *sorted([worker, "trimmed"]))] == 4
    assert found["monitor_live_lag_seconds", worker] == 1.5


def test_a_process_without_streams_has_nothing_to_tell(api, monkeypatch):
    monkeypatch.setattr(stream_exposition.hub, "measured", list)
    found, worker = scrape(api, "/metrics/streams"), str(os.getpid())
    assert found["monitor_live_listeners", worker] == 0
    assert not [key for key in found if key[0] == "monitor_live_lag_seconds"]


def published(api):
    """The text of both paths, with a sample of everything that can be told."""
    return b"".join(api.get(url).content for url in ("/metrics", "/metrics/streams"))


@pytest.mark.skipif(not PROMTOOL, reason="promtool is not on PATH (Debian: prometheus)")
def test_promtool_has_nothing_to_say(api, stored, monkeypatch):
    metrics = HubMetrics(lag_ms=1.0)
    metrics.resets["gone"] += 1
    monkeypatch.setattr(stream_exposition.hub, "measured", lambda: [metrics])
    done = subprocess.run(
        [PROMTOOL, "check", "metrics"], input=published(api), capture_output=True
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")


def test_the_dashboard_shows_only_what_is_told(api, stored, monkeypatch):
    metrics = HubMetrics(lag_ms=1.0)
    metrics.resets["gone"] += 1
    monkeypatch.setattr(stream_exposition.hub, "measured", lambda: [metrics])
    told = {key[0] for key in samples(published(api).decode())}
    board = json.loads(DASHBOARD.read_text())
    shown = set(metric_names(json.dumps(board)))
    assert shown and shown <= told
    assert {"monitor_test_up", "monitor_test_availability_ratio"} <= shown


def metric_names(text):
    return re.findall(r"monitor_[a-z_]+", text)


def test_every_panel_has_a_place_a_title_and_a_query():
    board = json.loads(DASHBOARD.read_text())
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids) > 5
    for panel in board["panels"]:
        assert panel["title"] and panel["type"]
        place = panel["gridPos"]
        assert 0 <= place["x"] and place["x"] + place["w"] <= 24
        for target in panel["targets"]:
            assert target["expr"] and target["refId"]
            assert target["datasource"]["uid"] == "${datasource}"
    names = {variable["name"] for variable in board["templating"]["list"]}
    assert names == {"datasource", "test"}
    assert (board["id"], board["uid"]) == (None, "synthetic-monitoring")
