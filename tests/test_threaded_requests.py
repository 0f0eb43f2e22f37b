"""Requests under ASGI: in a few threads that stay, and answered as under WSGI."""

import asyncio
import threading
from importlib import import_module

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from tests.factories import TEST_ID, make_run, store_run, store_test

pytestmark = pytest.mark.usefixtures("api")
seen = []


def note_thread(request):
    seen.append(threading.current_thread())
    return HttpResponse(b"noted")


def stream(request):
    def parts():
        for part in (b"one ", b"two"):
            seen.append(threading.current_thread())
            yield part

    response = StreamingHttpResponse(parts())
    response._resource_closers.append(lambda: seen.append("closed"))
    return response


urlpatterns = [path("note", note_thread), path("stream", stream)]


async def answer(application, target, method="GET", query=b""):
    """Status, headers and body, as a server would be told them."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": target,
        "query_string": query,
        "headers": [(b"host", b"localhost")],
    }
    server = ApplicationCommunicator(application, scope)
    await server.send_input({"type": "http.request"})
    start = await server.receive_output(timeout=60)
    body, more = b"", True
    while more:
        part = await server.receive_output(timeout=60)
        body, more = body + part.get("body", b""), part.get("more_body", False)
    await server.wait(timeout=60)
    return start["status"], dict(start["headers"]), body


def ask(target, **asked):
    """Asked of the whole entry, as a server imports it."""
    application = import_module("monitor.asgi").application
    return asyncio.run(answer(application, target, **asked))


def ask_handler(*targets):
    """Asked of a handler for this module's routes, one after the other."""
    from monitor.threaded import ThreadedHandler

    async def all_of():
        handler = ThreadedHandler()
        return [await answer(handler, target) for target in targets]

    seen.clear()
    with override_settings(ROOT_URLCONF=__name__):
        return asyncio.run(all_of())


def same_but_spelling(headers):
    return {
        name.decode().lower(): value.decode()
        for name, value in headers.items()
        if name.lower() != b"retry-after"
    }


@pytest.mark.parametrize(
    "target",
    [
        f"/api/tests/{TEST_ID}/results",
        f"/api/tests/{TEST_ID}/uptime",
        "/api/dashboard",
        "/api/tests/unknown/timing",
        "/api/tests/",
        "/docs",
        "/nowhere",
    ],
)
def test_an_answer_is_the_same_as_under_wsgi(api, redis_client, target):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run())
    status, headers, body = ask(target)
    expected = api.get(target, headers={"Host": "localhost"})
    assert status == expected.status_code
    assert body == expected.content
    assert same_but_spelling(headers) == {
        name.lower(): value for name, value in expected.items()
    }


def test_a_method_that_is_not_allowed_is_refused():
    status, headers, _ = ask("/api/dashboard", method="POST")
    assert status == 405 and headers[b"Allow"] == b"GET, HEAD, OPTIONS"


def test_a_query_that_is_not_ascii_is_refused_and_no_failure():
    status, _, _ = ask("/api/tests", query=b"q=\xff\xfe")
    assert status in (200, 400)


def test_a_request_gets_no_thread_of_its_own():
    answers = ask_handler(*["/note"] * 20)
    assert {body for _, _, body in answers} == {b"noted"}
    # One is enough, another is there when it is not quite done yet.
    assert len(seen) == 20 and len(set(seen)) < 5
    assert threading.current_thread() not in seen


def test_a_streaming_response_is_read_off_the_loop_and_closed():
    ((status, _, body),) = ask_handler("/stream")
    assert (status, body, seen[-1]) == (200, b"one two", "closed")
    assert threading.current_thread() not in seen


def test_a_handler_that_fails_answers_500(monkeypatch):
    def fail(request):
        raise RuntimeError("nobody expects this")

    monkeypatch.setattr(urlpatterns[0], "callback", fail)
    ((status, _, _),) = ask_handler("/note")
    assert status == 500


def test_who_needs_no_store_does_not_wait_for_those_who_do():
    from monitor.threaded import THREADS, ThreadedHandler

    handler, over = ThreadedHandler(), threading.Event()
    waiting = [handler._threads.submit(over.wait) for _ in range(THREADS)]
    try:
        for target in ("/healthz", "/docs"):
            assert asyncio.run(answer(handler, target))[0] == 200
    finally:
        over.set()
    assert all(one.result() for one in waiting)


def test_a_file_is_not_written_to_and_says_so_as_json():
    status, headers, body = ask("/static/results/page.css", method="POST")
    assert status == 404 and headers[b"Content-Type"] == b"application/json"
    assert b"not_found" in body
    assert ask("/static/results/page.css")[0] == 200
