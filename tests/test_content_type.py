"""A Content-Type that Django cannot read is no reason to fail: no body is read."""

import asyncio
from importlib import import_module
from wsgiref.util import setup_testing_defaults

import pytest
from asgiref.testing import ApplicationCommunicator

UNREADABLE = [
    "text/plain; x*=nocharset''abc",
    "text/plain; charset*=bogus''%ff",
    "text/plain; charset=rot13",
    "text/plain; charset=\0",
]
QUERY = "limit=1"
pytestmark = pytest.mark.usefixtures("api")


def asgi_status(content_type):
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/api/tests",
        "query_string": QUERY.encode(),
        "headers": [
            (b"host", b"localhost"),
            (b"content-type", content_type.encode()),
        ],
    }

    async def ask():
        application = import_module("monitor.asgi").application
        server = ApplicationCommunicator(application, scope)
        await server.send_input({"type": "http.request"})
        started = await server.receive_output(timeout=60)
        await server.receive_output(timeout=60)
        await server.wait(timeout=60)
        return started["status"]

    return asyncio.run(ask())


def wsgi_status(content_type):
    environ = {
        "PATH_INFO": "/api/tests",
        "QUERY_STRING": QUERY,
        "HTTP_HOST": "localhost",
        "CONTENT_TYPE": content_type,
    }
    setup_testing_defaults(environ)
    told = []
    application = import_module("monitor.wsgi").application
    response = application(environ, lambda status, headers: told.append(status))
    response.close()
    return int(told[0].split()[0])


@pytest.mark.parametrize("content_type", UNREADABLE)
@pytest.mark.parametrize("status_of", [asgi_status, wsgi_status])
def test_an_unreadable_content_type_is_ignored(status_of, content_type):
    assert status_of(content_type) == 200
