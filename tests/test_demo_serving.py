"""The demo's socket and server, and what its screen says."""

import io
import logging
import threading

import pytest
from rich.console import Console

from results.asgi_server.listening import CannotListen, open_socket
from results.demo.account import Login
from results.demo.catalogue import DASHBOARD
from results.demo.running import calling_after
from results.demo.screen import Screen
from results.demo.serving import (
    base_url,
    open_server,
)


def screen_on(terminal: bool) -> tuple[Screen, io.StringIO]:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=100, color_system=None)
    return Screen(console), file


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
        ("box.example", "http://box.example:80"),
    ],
)
def test_the_printed_url_leads_to_the_server(host, url):
    assert base_url(host, 80) == url


def test_a_port_in_use_is_named_with_the_way_out():
    with open_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            CannotListen, match=f"port {port} on 127.0.0.1 is in use.*--port"
        ):
            open_socket("127.0.0.1", port)


def test_a_host_that_is_not_ours_is_named():
    with pytest.raises(CannotListen, match="cannot listen on port 0 of 192.0.2.1: "):
        open_socket("192.0.2.1", 0)


@pytest.fixture
def quiet_loggers():
    """What the demo sets for its process is taken back for the suite's."""
    httpx_logger, requests = logging.getLogger("httpx"), logging.getLogger(
        "django.request"
    )
    level, filters = httpx_logger.level, requests.filters[:]
    requests_level = requests.level
    yield requests
    httpx_logger.setLevel(level)
    requests.filters[:] = filters
    requests.setLevel(requests_level)


def test_the_server_answers_under_the_name_that_is_printed(settings, quiet_loggers):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    open_server("http://127.0.0.1:8000", lambda: None)
    open_server("http://127.0.0.1:8000", lambda: None)
    assert settings.ALLOWED_HOSTS == ["elsewhere.example", "127.0.0.1"]


def test_the_page_that_is_broken_on_purpose_is_no_warning(
    settings, quiet_loggers, caplog
):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    open_server("http://127.0.0.1:8000", lambda: None)
    quiet_loggers.warning("Not Found: %s", "/docs/changelog")
    quiet_loggers.warning("Not Found: %s", "/docs/other")
    assert [record.getMessage() for record in caplog.records] == [
        "Not Found: /docs/other"
    ]


def test_the_first_signal_ends_and_the_second_does_not_wait(settings, quiet_loggers):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    told = []
    server = open_server("http://127.0.0.1:8000", lambda: told.append("ending"))
    server.handle_exit(2, None)
    assert (server.should_exit, server.force_exit) == (True, False)
    server.handle_exit(2, None)
    assert server.force_exit
    assert told == ["ending", "ending"]


def test_time_that_is_over_ends_and_time_that_is_not_does_nothing():
    before = threading.active_count()
    over = threading.Event()
    with calling_after(0.01, over.set):
        assert over.wait(60)
    late = threading.Event()
    with calling_after(60, late.set):
        pass
    assert not late.is_set()
    assert threading.active_count() == before


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere():
    screen, said = screen_on(terminal=False)
    with screen.progress() as progress:
        progress("Login", 0, 1000)
        progress("Login", 1000, 1000)
    assert said.getvalue() == "  Login: 1,000 runs\n"
    screen, drawn = screen_on(terminal=True)
    with screen.progress() as progress:
        progress("Login", 0, 1000)
        progress("Login", 1000, 1000)
    assert "1000/1000" in drawn.getvalue()


def test_long_lines_are_not_broken():
    screen, said = screen_on(terminal=False)
    screen.say("/a/long/path" * 30)
    assert said.getvalue() == "/a/long/path" * 30 + "\n"


def test_only_an_outcome_that_changes_is_said():
    screen, said = screen_on(terminal=False)
    passed = {"passed": True, "duration_ms": 34, "started_at": "2026-03-04T10:07:00Z"}
    failed = passed | {"passed": False, "error": "Step 1 failed: gone"}
    for record in (passed, passed, failed, failed, passed):
        screen.checked(DASHBOARD, record)
    assert said.getvalue().splitlines() == [
        "  10:07:00 UTC  passed  Dashboard adds up: 34 ms",
        "  10:07:00 UTC  failed  Dashboard adds up: Step 1 failed: gone",
        "  10:07:00 UTC  passed  Dashboard adds up: 34 ms",
    ]


def test_the_welcome_names_every_door():
    screen, said = screen_on(terminal=False)
    screen.welcome("http://127.0.0.1:8000", False, Login("demo", "s3cret"))
    for door in (
        "Ops view   http://127.0.0.1:8000/ops/\n",
        "Log in as  demo, s3cret\n",
        "http://127.0.0.1:8000/docs\n",
        "http://127.0.0.1:8000/api/\n",
        "http://127.0.0.1:8000/api/dashboard\n",
        "Live page  http://127.0.0.1:8000/api/tests/docs-page/live\n",
        "curl -N http://127.0.0.1:8000/api/tests/docs-page/live\n",
    ):
        assert door in said.getvalue()
    assert "every 5 s" not in said.getvalue()
    assert "Ctrl-C" in said.getvalue()
