"""A deployed writer's Redis, moved to now and made worse: every endpoint's numbers.

The expected values are computed here, from the file, without the product's code.
"""

import json
import re
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest
from django.core.management import call_command

FILE = Path(__file__).parent / "data" / "deployed-writer.jsonl"
LOGIN, DOCS, SHOP = "3f9ac21b", "5c118e90", "a07d5e44"
NEVER, BROKEN = "77777777", "d4e0b7aa"
GONE, ORPHAN = "deadbeef", "0badf00d"
SECRET = "not-a-real-password"


class Writer:
    """The file's keys, with what the wild adds."""

    def __init__(self):
        rows = [json.loads(line) for line in FILE.read_text().splitlines()]
        self.types = {row["key"]: row["type"] for row in rows}
        self.keys = {row["key"]: row["value"] for row in rows}

    def runs(self, test_id):
        """Readable records with their scores, newest first."""
        stored = sorted(self.keys[f"results:{test_id}"], key=lambda pair: -pair[1])
        return [(json.loads(m), s) for m, s in stored if m.startswith("{")]

    def make_worse(self):
        timing = self.keys[f"timing:{DOCS}"]
        timing[0][0] = timing[0][0].split(":")[1]
        timing[1][0] = ":".join(reversed(timing[1][0].split(":")))
        timing.append(["nan:zzz", timing[-1][1] + 1])
        results = self.keys[f"results:{SHOP}"]
        results.append(["<html>502</html>", results[-1][1] - 1])
        self.keys["tests:all"].append(ORPHAN)
        self.keys[f"results:{GONE}"] = [
            [m, s] for m, s in self.keys[f"results:{LOGIN}"]
        ]
        self.types[f"results:{GONE}"] = "zset"
        self._hide_in_login()

    def _hide_in_login(self):
        results = self.keys[f"results:{LOGIN}"]
        record = json.loads(results[-1][0])
        record["plan"]["tinyfish_goal"] = f"Log in with demo and {SECRET}"
        record["error"] = f"typed {SECRET} in vain"
        results[-1][0] = json.dumps(record)
        self.keys[f"events:{LOGIN}"][0][1]["message"] = f"Typing {SECRET}"

    def write(self, path):
        lines = [
            json.dumps({"key": key, "type": self.types[key], "value": value})
            for key, value in self.keys.items()
        ]
        path.write_text("\n".join(lines) + "\n")


@pytest.fixture
def writer(api, tmp_path):
    writer = Writer()
    writer.make_worse()
    path = tmp_path / "writer.jsonl"
    writer.write(path)
    call_command("load_dump", str(path), shift_to_now=True)
    return writer


@pytest.fixture
def get(api, writer):
    def get(path, **params):
        response = api.get(f"/api/{path}", params)
        assert response.status_code == 200, response.content
        assert SECRET.encode() not in response.content
        return response.json()

    return get


def newest_score(writer):
    scores = [
        pair[1] for key, v in writer.keys.items() if "results:" in key for pair in v
    ]
    return max(scores)


def seconds(text):
    return datetime.fromisoformat(text).timestamp()


def test_results_are_the_files_newest_first(get, writer):
    for test_id in (LOGIN, DOCS):
        expected = [run["run_id"] for run, _ in writer.runs(test_id)]
        body = get(f"tests/{test_id}/results")
        assert [run["run_id"] for run in body["results"]] == expected
        assert body["total"] == len(expected)


def test_a_record_keeps_its_further_fields_without_the_hidden_value(get, writer):
    newest, _ = writer.runs(LOGIN)[0]
    served = get(f"tests/{LOGIN}/results/{newest['run_id']}")
    assert set(newest) <= set(served)
    assert served["plan"]["tinyfish_goal"] == "Log in with demo and ***"
    assert served["error"] == "typed *** in vain"
    assert served["step_results"] == newest["step_results"]


def test_a_corrupt_record_is_counted_on_its_page(get, writer):
    body = get(f"tests/{SHOP}/results")
    assert body["total"] == len(writer.keys[f"results:{SHOP}"])
    assert body["skipped"] == 1
    assert len(body["results"]) == body["total"] - 1


def test_a_deleted_tests_records_are_served_and_redacted(get, writer):
    body = get(f"tests/{GONE}/results")
    assert len(body["results"]) == 8
    assert {run["redacted"] for run in body["results"]} == {True}
    assert not any("plan" in run for run in body["results"])


def test_timing_reads_all_encodings(get, writer):
    body = get(f"tests/{DOCS}/timing")
    expected = [(run["duration_ms"], run["run_id"]) for run, _ in writer.runs(DOCS)]
    oldest = expected.pop()
    served = [(p["duration_ms"], p["run_id"]) for p in body["timing"]]
    assert served == [*expected, (oldest[0], None)]
    assert (body["total"], body["skipped"]) == (7, 1)


def test_the_newest_run_is_a_minute_old_and_distances_are_kept(get, writer):
    points = get(f"tests/{SHOP}/timing")["timing"]
    scores = [score for _, score in writer.runs(SHOP)]
    moved = [seconds(point["timestamp"]) for point in points]
    assert 55 < time.time() - moved[0] < 90
    assert [a - b for a, b in zip(moved, moved[1:])] == pytest.approx(
        [a - b for a, b in zip(scores, scores[1:])], abs=0.001
    )


@pytest.mark.parametrize("hours", [1, 24, 48, 720])
@pytest.mark.parametrize("test_id", [LOGIN, DOCS, SHOP, GONE])
def test_uptime_counts_the_windows_runs(get, writer, test_id, hours):
    oldest = newest_score(writer) + 60 - hours * 3600
    outcomes = [run["passed"] for run, score in writer.runs(test_id) if score >= oldest]
    body = get(f"tests/{test_id}/uptime", hours=hours)
    pct = round(sum(outcomes) / len(outcomes) * 100, 1) if outcomes else 100.0
    assert body["uptime_pct"] == pct
    assert (body["total_runs"], body["passed_runs"]) == (len(outcomes), sum(outcomes))
    assert body["failed_runs"] == len(outcomes) - sum(outcomes)
    assert body.get("skipped", 0) == (1 if test_id == SHOP else 0)


def test_incidents_are_the_lists(get, writer):
    expected = [json.loads(i)["run_id"] for i in writer.keys[f"incidents:{SHOP}"]]
    body = get(f"tests/{SHOP}/incidents")
    assert [incident["run_id"] for incident in body["incidents"]] == expected
    assert body["total"] == len(expected) == 4


def test_the_dashboard_adds_up(get, writer):
    body = get("dashboard")
    hashes = [v for key, v in writer.keys.items() if key.startswith("test:")]
    results = [fields["last_result"] for fields in hashes]
    statuses = [fields["status"] for fields in hashes]
    assert body["total_tests"] == len(hashes) == 5
    assert body["active_tests"] == statuses.count("active")
    assert body["paused_tests"] == statuses.count("paused")
    assert body["error_tests"] == statuses.count("error")
    assert body["passing"] == results.count("passed")
    assert body["failing"] == results.count("failed") + results.count("error")
    assert body["pending"] == 5 - body["passing"] - body["failing"]
    recent = [run["test_id"] for run in body["recent_runs"]]
    ran = [fields for fields in hashes if fields["last_run_at"]]
    ran.sort(key=lambda fields: -seconds(fields["last_run_at"]))
    assert recent == [fields["id"] for fields in ran]
    newest, _ = writer.runs(recent[0])[0]
    assert body["recent_runs"][0]["duration_ms"] == newest["duration_ms"]
    assert body["recent_runs"][0]["steps_total"] == newest["steps_total"]
    assert 1 <= body["next_run_approx_minutes"] <= 5
    age = datetime.now(timezone.utc).timestamp() - seconds(body["last_run_at_global"])
    assert 55 < age < 90


def test_the_orphan_is_nowhere_and_unknown(api, get, writer):
    ids = {test["id"] for test in get("tests")["tests"]}
    assert ids == {LOGIN, DOCS, SHOP, NEVER, BROKEN}
    assert api.get(f"/api/tests/{ORPHAN}").status_code == 404
    assert api.get(f"/api/tests/{GONE}").json()["name"] is None


def test_no_secret_of_a_hash_is_served(api, writer):
    for test_id in (LOGIN, SHOP):
        body = api.get(f"/api/tests/{test_id}").content
        assert b"hooks.example.com" not in body and b"scd_" not in body
        assert SECRET.encode() not in body and b"demo@example.com" not in body


def test_the_stored_events_are_replayed_in_order_and_scrubbed(api, writer):
    response = api.get(f"/api/tests/{LOGIN}/live?follow=false")
    text = b"".join(response.streaming_content).decode()
    events = [json.loads(data) for data in re.findall(r"^data: (.*)$", text, re.M)]
    stored = writer.keys[f"events:{LOGIN}"]
    assert [event["type"] for event in events] == [f["type"] for _, f in stored]
    assert events[0]["message"] == "Typing ***"
    assert {event["test_id"] for event in events} == {LOGIN}
    ids = re.findall(r"^id: (\d+)-(\d+)$", text, re.M)
    positions = [(int(ms), int(seq)) for ms, seq in ids]
    assert positions == sorted(positions) and len(positions) == len(stored)
    assert positions[-1][0] <= time.time() * 1000
