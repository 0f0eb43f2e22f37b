"""One line of JSON for each request, in which nothing of a client's takes effect."""

import asyncio
import json
import logging
from io import BytesIO

import pytest
import structlog
from django.core.handlers.asgi import ASGIHandler

from monitor import request_log
from monitor.logs import as_line, stamped
from tests.closing import BEARER, close
from tests.factories import TEST_ID, store_test
from tests.test_threaded_requests import answer


@pytest.fixture
def written(monkeypatch):
    """What the log of requests writes."""
    file = BytesIO()
    log = structlog.wrap_logger(
        structlog.BytesLogger(file), [stamped, as_line], structlog.BoundLogger
    )
    monkeypatch.setattr(request_log, "_log", lambda: log)
    return file


def entries(written):
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_request_is_one_line(written, api):
    api.get("/healthz?token=secret", headers={"X-Api-Key": "secret"})
    (entry,) = entries(written)
    assert isinstance(entry.pop("ms"), float) and entry.pop("time").endswith("Z")
    assert entry == {
        "level": "info",
        "event": "request",
        "method": "GET",
        "path": "/healthz",
        "status": 200,
        "address": "127.0.0.1",
        "known_as": None,
    }
    assert b"secret" not in written.getvalue()


def test_so_is_one_that_failed(written, api, redis_client, monkeypatch):
    def broken(_self, _now):
        raise RuntimeError("broken")

    monkeypatch.setattr("results.repository.ResultRepository.present", broken)
    for path in ("/api/dashboard", "/nope", "/api/tests?limit=x"):
        api.get(path)
    assert [entry["status"] for entry in entries(written)] == [500, 404, 400]


def test_who_is_known_is_named(written, api, settings):
    close(settings)
    api.get("/api/dashboard", headers=BEARER)
    api.get("/api/dashboard")
    assert [(e["status"], e["known_as"]) for e in entries(written)] == [
        (200, "frontend"),
        (401, None),
    ]


def test_a_stream_is_one_line_when_it_opens(written, api, redis_client):
    store_test(redis_client)
    # Of its own: the process's was made under whatever settings it was first needed.
    application = ASGIHandler()
    path = f"/api/tests/{TEST_ID}/live"
    asyncio.run(answer(application, path, query=b"follow=false"))
    (entry,) = entries(written)
    assert (entry["path"], entry["status"]) == (path, 200)


HOSTILE = [
    "\r\n2026 ERROR forged",
    "\x1b[2J\x07",
    "\x7f",
    "\x85\x9b31m",
    "\u2028\u2029",
    "\u202egnp.exe",
    "\ud800",
    '"}{"level":"error',
    "\U0001f600",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_takes_effect(text):
    line = as_line(None, "info", {"event": "request", "path": f"/{text}"})
    assert all(0x20 <= byte < 0x7F for byte in line)
    assert json.loads(line) == {"event": "request", "path": f"/{text}"}


def test_a_hostile_path_is_one_line(written, api):
    api.get("/x%0d%0a%1b%7f%e2%80%ae" + "y" * 5000)
    (entry,) = entries(written)
    assert entry["path"].startswith("/x\r\n\x1b\x7f\u202e")
    assert len(entry["path"]) == request_log.LONGEST_PATH


def logged_line(*given, **options):
    """What the handler of all other log entries makes of one."""
    (handler,) = [h for h in logging.getLogger().handlers if is_ours(h)]
    record = logging.LogRecord("x", logging.WARNING, "", 1, *given, **options)
    return handler.format(record)


def is_ours(handler):
    return isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)


@pytest.mark.parametrize("text", HOSTILE)
def test_other_entries_are_lines_of_json_too(text):
    line = logged_line("of %s", (text,), None)
    assert line.isascii() and line.isprintable()
    assert json.loads(line)["event"] == f"of {text}"
    assert json.loads(line)["logger"] == "x"


def test_a_stack_is_part_of_its_line():
    try:
        raise ValueError("deep\ndown")
    except ValueError as failure:
        stack = (type(failure), failure, failure.__traceback__)
    line = logged_line("failed", (), stack)
    assert "\n" not in line and "deep\ndown" in json.loads(line)["exception"]
