"""Every kind of bad member that we thought of, under every key, asked of everything.

All kinds lie in one store, between good ones: nothing is a 5xx, the good ones are
there, and what was left out is counted exactly.
"""

import json
import time

import pytest

from results.keys import Keys
from results.run_index.building import Builder
from tests.factories import (
    TEST_ID,
    make_incident,
    make_run,
    make_step,
    store_incident,
    store_runs,
    store_test,
    store_timing,
)
from tests.page_reading import BROWSER
from tests.test_access import PATHS
from tests.test_secrets_canary import FILES, LIVE, QUERIES

pytestmark = pytest.mark.django_db
BASE = f"/api/tests/{TEST_ID}"


def raw(text):
    return f'{{"run_id": "bad", "passed": true, {text}}}'.encode()


# Not a run at all: each is skipped, and counted.
CORRUPT = {
    "empty": b"",
    "a blank": b" ",
    "not JSON": b"not JSON",
    "null": b"null",
    "true": b"true",
    "a number": b"12",
    "a string": b'"run"',
    "an empty list": b"[]",
    "a list of runs": json.dumps([make_run("bad")]).encode(),
    "an empty object": b"{}",
    "cut short": json.dumps(make_run("bad")).encode()[:-9],
    "two objects": json.dumps(make_run("bad")).encode() * 2,
    "not UTF-8": b'{"run_id": "bad", "passed": true, "error": "\xff\xfe"}',
    "UTF-16": json.dumps(make_run("bad")).encode("utf-16"),
    "a NUL": raw('"error": "\x00"'),
    "pickle": b"\x80\x04\x95\x00.",
    "NaN": raw('"duration_ms": NaN'),
    "Infinity": raw('"duration_ms": Infinity'),
    "-Infinity": raw('"x": -Infinity'),
    "1e999": raw('"duration_ms": 1e999'),
    "a number of 5,000 digits": raw(f'"duration_ms": {"9" * 5000}'),
    "over 2^53": raw('"x": 9007199254740993'),
    "100,000 brackets": b"[" * 100_000,
    "100,000 brackets inside": raw(f'"plan": {"[" * 100_000}{"]" * 100_000}'),
    "201 objects deep": raw('"plan": ' + '{"a":' * 201 + "1" + "}" * 201),
    "passed as text": b'{"run_id": "bad", "passed": "false"}',
    "passed as a number": b'{"run_id": "bad", "passed": 1}',
    "passed as null": b'{"run_id": "bad", "passed": null}',
    "no passed": b'{"run_id": "bad"}',
    "no run_id": b'{"passed": true}',
    "an empty run_id": b'{"run_id": "", "passed": true}',
    "a number as run_id": b'{"run_id": 12345678, "passed": true}',
    "a list as run_id": b'{"run_id": ["bad"], "passed": true}',
    "a long run_id": json.dumps({"run_id": "b" * 65, "passed": True}).encode(),
    "single quotes": b"{'run_id': 'bad', 'passed': true}",
    "a comment": raw('"x": 1} // '),
    "a trailing comma": b'{"run_id": "bad", "passed": true,}',
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(make_run("bad")).encode(),
}
# A run with something wrong in it: served, what is wrong as null.
ODD = {
    "duplicate keys": b'{"run_id": "x", "passed": 1, "passed": true, "run_id": "odd0"}',
    "lone surrogates": b'{"run_id": "odd1", "passed": true, "error": "\\ud800"}',
    "wrong types": json.dumps(
        {"run_id": "odd2", "passed": True, "duration_ms": "1", "error": ["x"]}
        | {"steps_total": -1, "started_at": 5, "step_results": {"a": 1}}
    ).encode(),
    "steps of all kinds": json.dumps(
        make_run("odd3", step_results=[None, 7, "x", [], {"passed": 1}, make_step(2)])
    ).encode(),
    "the least": b'{"run_id": "odd4", "passed": true}',
    "a run_id that no path can name": b'{"run_id": "../..", "passed": true}',
    "markup": json.dumps(
        make_run("odd6", details="<script>alert(1)</script>")
    ).encode(),
    "200 objects deep": raw('"plan": ' + '{"a":' * 190 + "1" + "}" * 190).replace(
        b'"bad"', b'"odd7"'
    ),
    "a fraction of a step": json.dumps(make_run("odd8", steps_total=2.5)).encode(),
    "a negative duration": json.dumps(make_run("odd9", duration_ms=-1)).encode(),
}
SCORES = {"milliseconds": 1.7e12, "infinite": "inf", "negative": -5.0, "minus": "-inf"}
TIMINGS = [b"", b"nan", b"inf:x", b"1e3", b"-5:a1b2c3d4", b":", b"\xff:1", b"[" * 9_999]
GOOD = 5


@pytest.fixture
def hostile(api, redis_client, settings):
    settings.OPS_PUBLIC = True
    now = time.time()
    odd_hash = {"variables": "[]", "goal": "g" * 1_000_000, "last_run_at": "never"}
    store_test(redis_client, schedule="* * *", created_at="NaN", **odd_hash)
    store_test(redis_client, "wrong", last_result="")
    for key in ("results", "timing", "incidents", "events"):
        redis_client.set(f"{key}:wrong", "of a wrong type")
    redis_client.sadd("tests:all", "", "a:b", "x" * 65, b"\xff", "no-hash", "../..")
    good = [(make_run(f"good{n}", n > 0), now - 60 * n) for n in range(GOOD)]
    bad = [(member, now - 30) for member in (*CORRUPT.values(), *ODD.values())]
    aside = [(make_run(f"far-{n}"), s) for n, s in SCORES.items()]
    ahead = [(make_run("ahead"), now + 365 * 86_400)]
    redis_client.zadd(
        f"results:{TEST_ID}",
        {
            member if isinstance(member, bytes) else json.dumps(member): score
            for member, score in good + bad + aside + ahead
        },
    )
    for number, member in enumerate(TIMINGS):
        store_timing(redis_client, TEST_ID, member, now - number)
    store_timing(redis_client, TEST_ID, "12340:good0", now)
    for member in CORRUPT.values():
        store_incident(redis_client, TEST_ID, member)
    store_incident(redis_client, TEST_ID, make_incident("good0"))
    redis_client.xadd(f"events:{TEST_ID}", {b"\xff": b"\xfe", b"": b"[" * 9_999})
    return api


def test_there_are_kinds_enough():
    assert len(CORRUPT) + len(ODD) + len(SCORES) + len(TIMINGS) >= 40


def asked():
    plain = [path for path in PATHS if not path.endswith("/live")]
    paths = [*(path + QUERIES.get(path, "") for path in plain), *FILES, *LIVE]
    wrong = [path.replace(TEST_ID, "wrong") for path in paths if TEST_ID in path]
    return paths, wrong


def answer(client, path, accept):
    response = client.get(path, headers={"Accept": accept})
    parts = response.streaming_content if response.streaming else [response.content]
    return response.status_code, b"".join(parts)


@pytest.mark.parametrize("accept", ["application/json, */*", BROWSER])
def test_nothing_is_a_fault_but_a_key_of_a_wrong_type(hostile, accept):
    paths, wrong = asked()
    for path in paths:
        status, body = answer(hostile, path, accept)
        assert status < 500, path
        is_page = body.lstrip()[:9].lower() == b"<!doctype"
        assert not is_page or b"<script>alert" not in body, path
    for path in wrong:
        assert answer(hostile, path, accept)[0] in (200, 302, 400, 404, 405, 502), path


def collected(client, path, items):
    """Every item of a history, page by page, and what the pages left out."""
    found, skipped, offset = [], 0, 0
    while True:
        page = client.get(f"{BASE}/{path}&offset={offset}").json()
        found += page[items]
        skipped += page.get("skipped", 0)
        offset += page["limit"] if "limit" in page else 10
        if offset >= page["total"]:
            return found, skipped, page["total"]


@pytest.mark.parametrize("is_indexed", [False, True])
def test_neighbours_are_intact_and_what_is_left_out_is_counted(
    hostile, redis_client, is_indexed
):
    if is_indexed:
        Builder(redis_client, Keys(), TEST_ID, lambda: None).cover(float("-inf"))
    found, skipped, total = collected(hostile, "results?limit=10", "results")
    ids = {run["run_id"] for run in found}
    assert {f"good{n}" for n in range(GOOD)} <= ids and "bad" not in ids
    assert {f"odd{n}" for n in (0, 1, 2, 3, 4, 6, 7, 8, 9)} <= ids
    assert skipped == len(CORRUPT) and len(found) + skipped == total
    odd = {run["run_id"]: run for run in found}["odd2"]
    assert (odd["duration_ms"], odd["error"], odd["started_at"]) == (None,) * 3
    assert odd["step_results"] == [] and odd["steps_total"] is None


def test_incidents_are_as_patient(hostile):
    found, skipped, total = collected(hostile, "incidents?limit=10", "incidents")
    assert "good0" in {incident["run_id"] for incident in found}
    assert len(found) + skipped == total == len(CORRUPT) + 1
    # Of an incident no field is needed.
    assert skipped > len(CORRUPT) / 2


def test_windows_count_what_is_now_and_name_what_lies_ahead(hostile):
    uptime = hostile.get(f"{BASE}/uptime?hours=24").json()
    assert uptime["total_runs"] == GOOD + len(ODD)
    assert uptime["failed_runs"] == 1
    assert uptime["skipped"] == len(CORRUPT)
    # A year ahead, in milliseconds, and never.
    assert uptime["future_runs"] == 3


def test_large_records_are_summaries_in_lists_and_whole_by_id(api, redis_client):
    store_test(redis_client)
    sizes = {"small": 1_000, "large": 300_000, "huge": 10_000_000, "giant": 16_800_000}
    store_runs(
        redis_client,
        TEST_ID,
        [
            (make_run(name, raw="x" * size), n)
            for n, (name, size) in enumerate(sizes.items())
        ]
        + [(make_run(f"page{n}", raw="y" * 250_000), 100 - n) for n in range(12)],
    )
    runs = api.get(f"{BASE}/results?limit=100").json()["results"]
    assert len(runs) == len(sizes) + 12
    whole = [run["run_id"] for run in runs if "truncated" not in run]
    assert whole == [f"page{n}" for n in range(8)]
    assert all(run["size_bytes"] > 0 for run in runs if run.get("truncated"))
    for name, size in sizes.items():
        run = api.get(f"{BASE}/results/{name}").json()
        is_summary = name == "giant"
        assert run.get("truncated", False) is is_summary
        assert is_summary or len(run["raw"]) == size
