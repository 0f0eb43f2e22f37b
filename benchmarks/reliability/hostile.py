"""Requests that nobody means well with, made from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from urllib.parse import quote

PATHS = (
    "/",
    "/api",
    "/api/",
    "/api/dashboard",
    "/api/tests",
    "/api/summary",
    "/api/outages",
    "/api/outages/groups",
    "/api/availability",
    "/api/results.csv",
    "/api/outages.ndjson",
    "/api/live",
    "/api/tests/{id}",
    "/api/tests/{id}/results",
    "/api/tests/{id}/results/{run}",
    "/api/tests/{id}/results/{run}/compare/{run}",
    "/api/tests/{id}/timing",
    "/api/tests/{id}/timing/stats",
    "/api/tests/{id}/uptime",
    "/api/tests/{id}/steps",
    "/api/tests/{id}/incidents",
    "/api/tests/{id}/outages",
    "/api/tests/{id}/availability",
    "/api/tests/{id}/availability/slots",
    "/api/tests/{id}/results.csv",
    "/api/tests/{id}/timing.ndjson",
    "/api/tests/{id}/feed.atom",
    "/api/tests/{id}/live",
    "/badges/{id}/status.svg",
    "/badges/{id}/uptime.json",
    "/feed.atom",
    "/metrics",
    "/metrics/streams",
    "/docs",
    "/redoc",
    "/openapi.json",
    "/openapi.yaml",
    "/healthz",
    "/readyz",
    "/static/results/page.css",
    "/favicon.ico",
)
NAMES = (
    *("limit", "offset", "hours", "cursor", "from", "to", "tz", "outcome", "order"),
    *("q", "tests", "tag", "format", "fields", "replay", "lastEventId", "follow"),
    *("min_duration_ms", "max_duration_ms", "triggered_by", "bucket", "downsample"),
    *("points", "strip", "strip_of", "slo", "sort", "status", "neighbours", "window"),
)
VALUES = (
    *("", "0", "-1", "1", "20", "100", "9" * 40, "1e309", "NaN", "inf", "0x10"),
    *("\u0661", "\uff11", "1_0", "+5", " 5", "5\n", "true", "false", "null", "[]"),
    *("{}", "../../etc/passwd", "a" * 5000, "%", "%00", "\x00", "\r\nX: y", "'--"),
    *("<script>alert(1)</script>", "{{7*7}}", "${7*7}", "\ud7ff", "\U0001f600"),
    *("2026-02-14T10:00:00Z", "2026-13-40", "0001-01-01", "9999-12-31T23:59:59Z"),
    *("Europe/Berlin", "Mars/Base", "../UTC", "passed", "failed", "json", "api"),
    *("*", "a,b,c", ",", "tests:all", "user:1", "$", "0-0", "1-1", "5-", "(1", "1h"),
)
ACCEPTS = (
    *("*/*", "application/json", "text/html", "text/event-stream", "text/csv"),
    *("application/x-ndjson", "application/xml", "image/png", "", ";", "a/b;q=abc"),
    *("*/*;q=0", "text/html;q=0, application/json", "application/json;indent=999999"),
    *("x" * 4000, ", ".join(["a/b"] * 1500), "\x7f", "caf\xe9/\xff"),
)
HEADERS = (
    *("If-None-Match: *", 'If-None-Match: W/"x", "y', "If-None-Match: " + "," * 900),
    *("Last-Event-ID: 5-", "Last-Event-ID: 99999999999999999999-1", "Last-Event-ID: $"),
    *("Range: bytes=0-1", "Range: bytes=-", "Cookie: a=b; sessionid=\xff", "Cookie: ;"),
    *("X-Forwarded-For: 1.2.3.4", "X-Forwarded-Host: evil.example", "Expect: x"),
    *("X-HTTP-Method-Override: DELETE", "Accept-Encoding: br, gzip, \xff;q=nan"),
    *("Content-Type: text/html; charset=nonsense", "Origin: null", "Origin: \xff"),
    *("Authorization: Bearer \xff", "X-Api-Key: " + "k" * 3000, "Upgrade: websocket"),
    *(
        "Access-Control-Request-Method: PUT",
        "Connection: close",
        "Accept-Language: \x01",
    ),
    *("If-Modified-Since: yesterday", "X: " + "y" * 20_000, "Transfer-Encoding: gzip"),
)
METHODS = (
    *("GET",) * 30,
    *("HEAD", "HEAD", "OPTIONS", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"),
    *("CONNECT", "get", "PROPFIND", "G\xc9T", "X" * 50),
)
HOSTS = ("127.0.0.1",) * 20 + ("evil.example", "", "a b", "[::1", "127.0.0.1:99999")
# Bytes in the place of a whole request.
RAW = (
    b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost 127.0.0.1\r\n\r\n",
    b"GET  /api/dashboard  HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /api/dashboard HTTP/1.1\r\n\x00: x\r\n\r\n",
    b"*1\r\n$4\r\nPING\r\n\r\n",
    b"POST /api/tests HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /api/tests HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\n"
    b"Content-Length: 2\r\n\r\nab",
    b"POST /api/tests HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"zz\r\nab\r\n0\r\n\r\n",
)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, and what may be expected of its answer."""

    sent: bytes
    is_head: bool
    may_be_page: bool
    is_http: bool = True


class Fuzzer:
    """Requests of a seed: the same ones in the same order."""

    def __init__(self, seed: int, test_ids: list[str]) -> None:
        self._chance = random.Random(seed)
        self._test_ids = test_ids

    def request(self) -> Request:
        """The next one."""
        chance = self._chance
        if chance.random() < 0.02:
            return Request(chance.choice(RAW), False, False, is_http=False)
        method = chance.choice(METHODS)
        accept = chance.choice(ACCEPTS)
        target = self._target()
        lines = [f"{method} {target} HTTP/1.1"]
        lines.append(f"Host: {chance.choice(HOSTS)}")
        if chance.random() < 0.6:
            lines.append(f"Accept: {accept}")
        else:
            accept = ""
        lines += chance.sample(HEADERS, chance.choice((0, 0, 1, 2, 4)))
        body = self._body() if method in ("POST", "PUT", "PATCH") else b""
        if body:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join([*lines, "", ""])
        is_page = "text/html" in accept or "format=api" in target
        return Request(head.encode("latin-1") + body, method == "HEAD", is_page)

    def _target(self) -> str:
        path = self._chance.choice(PATHS)
        while "{" in path:
            path = path.replace("{id}", self._id(), 1).replace("{run}", self._id(), 1)
        if self._chance.random() < 0.1:
            path = self._mangled(path)
        pairs = [self._pair() for _ in range(self._chance.choice((0, 1, 1, 2, 5)))]
        if "/live" in path:
            # Most are followed for ever otherwise; some are.
            pairs += ["follow=false"] * (self._chance.random() < 0.9)
        return path + ("?" + "&".join(pairs) if pairs else "")

    def _id(self) -> str:
        if self._chance.random() < 0.5:
            return self._chance.choice(self._test_ids)
        return self._text(self._chance.choice(VALUES))

    def _pair(self) -> str:
        name = self._chance.choice(NAMES)
        if self._chance.random() < 0.05:
            name = self._chance.choice(VALUES)
        return f"{self._text(name)}={self._text(self._chance.choice(VALUES))}"

    def _text(self, value: str) -> str:
        """Quoted, or with the bytes as they are where they do not end the line."""
        quoted = quote(value, safe="")
        if self._chance.random() < 0.8:
            return quoted
        raw = value.encode("utf-8").decode("latin-1")
        ends = any(char in " \r\n\x00?#{}" for char in raw)
        return quoted if ends else raw

    def _mangled(self, path: str) -> str:
        kinds = (
            *(path + "/", "/" + path, path.upper(), path + "%00", path + "/..;/x"),
            *(path.replace("/", "//"), path + "." * 50, quote(path, safe="")),
            *(path + "\xff", path + "%ff%fe", "http://evil.example" + path, "*"),
        )
        return self._chance.choice(kinds)

    def _body(self) -> bytes:
        kinds = (b"{}", b"[" * 3000, b"\xff\xfe", b"a=b", b'{"a":' * 500, b"x" * 20_000)
        return self._chance.choice(kinds)
