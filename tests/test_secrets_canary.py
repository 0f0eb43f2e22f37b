"""Canaries in every secret, looked for in everything that leaves."""

import json
import re
from importlib import import_module
from io import BytesIO
from urllib.parse import quote

import pytest
import structlog

from monitor import request_log
from monitor.logs import as_line, stamped
from results.connection import use_store
from results.embedded.address import free_port
from tests.closing import KEY, close
from tests.factories import (
    RUN_ID,
    TEST_ID,
    make_incident,
    make_run,
    make_step,
    store_event,
    store_incident,
    store_run,
    store_test,
    store_timing,
)
from tests.page_reading import BROWSER
from tests.test_access import PATHS

HIDDEN = 'canary-hidden "quoted" & <tag>/ü'
SHOWN, WEBHOOK = "canary-shown-value", "https://hooks.example/canary-webhook?x=1"
SCHEDULE, USERINFO = "canary-schedule-id", "canary-userinfo"
QUERY, FOREIGN, REDIS = "canary-query", "canary-foreign-key", "canary-redis-password"
SECRET_KEY = "canary-secret-key-0123456789-0123456789-0123456789-0123"
# Each in all forms in which a writer, or we, could write it down.
# The pages of the ops view look after their database connections.
pytestmark = pytest.mark.django_db
PARTS = ("canary-hidden", SHOWN, "canary-webhook", SCHEDULE, USERINFO, QUERY, FOREIGN)
PARTS += (REDIS, "canary-secret-key", KEY)
URL = f"https://{USERINFO}:{USERINFO}@app.example/login?token={QUERY}&page=1"
EMBEDDED = json.dumps(
    {"plan": [HIDDEN, {"url": f"https://x.example/?p={quote(HIDDEN)}"}]}
)
TOLD = f"typed {HIDDEN}, sent to {WEBHOOK}, with {quote(HIDDEN)} and {EMBEDDED}"
LIVE = [f"/api/tests/{TEST_ID}/live?follow=false", "/api/live?follow=false"]
QUERIES = {
    "/api/availability": f"?tests={TEST_ID}",
    "/api/results.csv": f"?tests={TEST_ID}",
    "/api/summary": "?q=o",
}
OF_A_TEST = f"/api/tests/{TEST_ID}"
FILES = [
    f"{OF_A_TEST}/{kind}.{form}"
    for kind in ("results", "outages", "timing")
    for form in ("csv", "ndjson")
]
BADGES = [
    f"/badges/{TEST_ID}/{kind}.{form}"
    for kind in ("status", "uptime", "p95")
    for form in ("svg", "json")
]
WRONG = [f"{OF_A_TEST}/results?limit=x", f"{OF_A_TEST}/results/none", "/api/tests/none"]


def everything():
    plain = [path for path in PATHS if not path.endswith("/live")]
    asked = [path + QUERIES.get(path, "") for path in plain]
    return [*asked, *FILES, *BADGES, *LIVE, *WRONG]


@pytest.fixture
def birds(api, redis_client, settings):
    """A test full of canaries, and a Redis and a key that are some themselves."""
    settings.OPS_PUBLIC = True
    settings.SECRET_KEY = SECRET_KEY
    variables = [
        {"name": "password", "value": HIDDEN, "hidden": True},
        {"name": "user", "value": SHOWN, "hidden": False},
    ]
    fields = {"goal": f"Log in: {TOLD}", "name": f"Login {TOLD}", "url": URL}
    fields |= {"alert_webhook": WEBHOOK, "schedule_id": SCHEDULE, "secret": FOREIGN}
    store_test(redis_client, variables=json.dumps(variables), **fields)
    for number in range(3):
        run = make_run(
            f"run{number}", passed=number > 0, score=1_771_000_000.0 + number
        )
        store_run(redis_client, TEST_ID, run | _told(), score=1_771_000_000.0 + number)
    large = make_run(RUN_ID, passed=False) | _told() | {"plan": [TOLD] * 2_000}
    store_run(redis_client, TEST_ID, large)
    # Where the values are unknown, what is not declared is withheld.
    store_run(
        redis_client, "gone", make_run("left", passed=False, plan=TOLD, score=1.0)
    )
    store_incident(redis_client, TEST_ID, make_incident(**_told()))
    store_event(redis_client, TEST_ID, "step_start", message=TOLD, extra=EMBEDDED)
    store_timing(redis_client, TEST_ID, f"canary-hidden:{RUN_ID}", 1.0)
    redis_client.zadd(f"results:{TEST_ID}", {f'{{"cut": "{HIDDEN}'.encode(): 5.0})
    for key in ("canary-foreign-key", f"tests:{FOREIGN}"):
        redis_client.set(key, FOREIGN)
    yield api
    redis_client.flushdb()


def _told():
    step = make_step(1, passed=False, details=TOLD, extra=[TOLD, {"deep": EMBEDDED}])
    texts = dict.fromkeys(("error", "details", "triggered_by"), TOLD)
    return texts | {"step_results": [step], "plan": {"steps": [TOLD]}}


@pytest.fixture
def log(monkeypatch):
    file = BytesIO()
    made = structlog.wrap_logger(
        structlog.BytesLogger(file), [stamped, as_line], structlog.BoundLogger
    )
    monkeypatch.setattr(request_log, "_log", lambda: made)
    return file


def found_in(text, *parts):
    return [part for part in parts or PARTS if part in text]


def ask(client, path, **headers):
    """Status and all that was answered, headers included."""
    response = client.get(path, headers=headers)
    parts = response.streaming_content if response.streaming else [response.content]
    text = b"".join(parts).decode("utf-8", "replace")
    return response.status_code, f"{text}\n{dict(response.items())}"


def assert_none_escapes(client, path):
    for accept in ("*/*", BROWSER):
        status, answered = ask(client, path, Accept=accept)
        assert found_in(answered) == [], (path, accept, status)


def test_no_canary_is_in_any_answer(birds, log, capsys, caplog):
    paths = everything()
    assert len(paths) > 60
    for path in paths:
        assert_none_escapes(birds, path)
    written = log.getvalue().decode() + caplog.text + "".join(capsys.readouterr())
    assert len(log.getvalue().splitlines()) == 2 * len(paths)
    assert found_in(written) == []


def test_the_answers_are_those_that_had_something_to_hide(birds):
    """Else the test above would find nothing in nothing."""
    for path in (f"{OF_A_TEST}/results", OF_A_TEST, f"{OF_A_TEST}/incidents", LIVE[0]):
        status, answered = ask(birds, path)
        assert status == 200 and "***" in answered, path


def test_what_is_asked_with_comes_back_nowhere(birds, settings, log):
    close(settings)
    for path in ("/api/dashboard", LIVE[0], "/nope"):
        for headers in ({"X-Api-Key": KEY}, {"Authorization": f"Bearer {KEY}"}):
            _, answered = ask(birds, path, **headers)
            assert found_in(answered) == []
        _, answered = ask(birds, f"{path}{'&' if '?' in path else '?'}token={QUERY}")
        assert found_in(answered) == []
    assert found_in(log.getvalue().decode()) == []


def test_no_canary_is_in_a_failure(birds, log, capsys, caplog):
    """Of a store that is away, one that refuses the password, and a fault of ours."""
    for url in (
        f"redis://user:{REDIS}@127.0.0.1:{free_port()}/0",
        f"rediss://:{REDIS}@127.0.0.1:{free_port()}/0",
    ):
        use_store(url)
        for path in ("/readyz", "/api/dashboard", f"{OF_A_TEST}/results", "/docs"):
            status, answered = ask(birds, path)
            assert status in (200, 503) and found_in(answered) == [], path
    assert found_in(caplog.text + "".join(capsys.readouterr())) == []


def test_no_canary_is_in_a_page_for_faults_of_ours(birds, monkeypatch, settings):
    def broken(_self, *_):
        raise RuntimeError(f"{REDIS} {HIDDEN}")

    monkeypatch.setattr("results.repository.ResultRepository.present", broken)
    settings.DEBUG = False
    status, answered = ask(birds, "/api/dashboard")
    assert status == 500 and found_in(answered) == []


def test_no_canary_is_in_a_report_of_bad_settings(monkeypatch):
    environment = import_module("monitor.environment")
    for name, value in {
        "REDIS_URL": f"http://user:{REDIS}@host",
        "API_KEYS": KEY,
        "SECRET_KEY": "canary-secret-key",
        "ALLOWED_HOSTS": "monitor.example",
        "DATABASE_URL": f"oracle://u:{REDIS}@h/n",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Exception) as caught:
        environment.read_environment()
    assert found_in(str(caught.value)) == []
    assert re.search("REDIS_URL", str(caught.value))
