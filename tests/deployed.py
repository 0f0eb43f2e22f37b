"""The production layout of `deploy/`, for real: nginx, both servers, and a client."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from results.embedded.address import free_port
from tests.live_servers import Server

SITE = Path(__file__).resolve().parent.parent / "deploy" / "nginx.conf"
START_SECONDS = 60.0
# So that a test of the limit need not take as long as in production.
HEAD_SECONDS = 1
ACCESS_LOG, ERROR_LOG = "access.log", "nginx.log"
LIMITS = {"LIVE_MAX_PER_ADDRESS": "4"}
# As in the example of settings.
PROXIES = {"NUM_PROXIES": "1"}
MAIN = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/{error_log};
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


class HttpApi(httpx.Client):
    """Over HTTP what Django's test client is in this process, as far as tests of
    endpoints use it."""

    def get(self, path, data=None, **given):
        return self._ask("GET", path, data, **given)

    def head(self, path, **given):
        return self._ask("HEAD", path, **given)

    def options(self, path, **given):
        return self._ask("OPTIONS", path, **given)

    def post(self, path, data=None, **given):
        return self._ask("POST", path, data, **given)

    def trace(self, path, data=None, **given):
        return self._ask("TRACE", path, data, **given)

    def _ask(self, method, path, data=None, headers=None, HTTP_ACCEPT=None):
        # As Django's client asks; a compressed answer has a weaker tag.
        sent = {"Accept-Encoding": "identity"} | dict(headers or {})
        sent |= {"Accept": HTTP_ACCEPT} if HTTP_ACCEPT else {}
        answer = self.request(method, path, params=data or None, headers=sent)
        return Answer(answer.status_code, answer.headers, answer.content, answer)


@dataclass
class Answer:
    """A response with the names that Django gives its parts."""

    status_code: int
    headers: httpx.Headers
    content: bytes
    response: httpx.Response

    def json(self):
        return self.response.json()

    @property
    def streaming_content(self):
        return [self.content]

    def __getitem__(self, header):
        return self.headers[header]

    def __contains__(self, header):
        return header in self.headers


@dataclass
class Deployment:
    """Where it answers, and its parts."""

    base_url: str
    api: Server
    streams: Server
    access_log: Path
    error_log: Path

    @property
    def port(self) -> int:
        return httpx.URL(self.base_url).port


@contextlib.contextmanager
def deployed(redis_url: str, folder: Path) -> Iterator[Deployment]:
    """nginx in front of one WSGI and one ASGI process, as `deploy/` has it."""
    streams_log = folder / "streams.log"
    with (
        Server("api", redis_url, folder / "api.log", **PROXIES) as api,
        Server("streams", redis_url, streams_log, **LIMITS, **PROXIES) as streams,
        nginx(folder, {"8001": api.port, "8002": streams.port}) as base_url,
    ):
        yield Deployment(
            base_url, api, streams, folder / ACCESS_LOG, folder / ERROR_LOG
        )


@contextlib.contextmanager
def nginx(
    folder: Path, upstreams: dict[str, int], edited: dict[str, str] | None = None
) -> Iterator[str]:
    """The site of `deploy/` on a free port, with these ports instead of its own, and
    `edited` as a deployer may edit it."""
    port = free_port()
    changes = {
        "listen 80;": f"listen 127.0.0.1:{port};",
        "/var/log/nginx/monitor.log": str(folder / ACCESS_LOG),
        "client_header_timeout 10s;": f"client_header_timeout {HEAD_SECONDS}s;",
    } | {f"127.0.0.1:{old};": f"127.0.0.1:{new};" for old, new in upstreams.items()}
    changes |= edited or {}
    (folder / "site.conf").write_text(changed(SITE.read_text(), changes))
    user = "user root;" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(MAIN.format(folder=folder, user=user, error_log=ERROR_LOG))
    process = subprocess.Popen(["nginx", "-p", folder, "-c", main])
    try:
        wait_until_it_listens(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def changed(text: str, changes: dict[str, str]) -> str:
    """`text` with each part replaced; every part must be there exactly once."""
    for old, new in changes.items():
        assert text.count(old) == 1, f"{SITE.name} has no single {old}"
        text = text.replace(old, new)
    return text


def wait_until_it_listens(process: subprocess.Popen, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "nginx did not start"
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.02)
    raise AssertionError("nginx does not listen")
