"""`manage.py demo` as a person starts it: a real process, port and store."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from redis import Redis

from results.demo.catalogue import API_KEY, HISTORY_PAGES, TESTS
from results.demo.feeder import open_browser, utc_now
from results.demo.performing import perform
from results.embedded import find_running_store
from results.embedded.address import free_port
from tests.store_holder import ROOT, eventually, is_running

# It generates a month first, here beside all the other tests.
READY_SECONDS = 150


class DemoProcess:
    """A demo in a directory; what it says is collected in a file beside it."""

    def __init__(self, var_dir: Path, *arguments: str, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.var_dir = var_dir
        self.output = var_dir.with_suffix(f".{self.port}.txt")
        clean = {k: v for k, v in os.environ.items() if k not in ("REDIS_URL", "DEBUG")}
        with self.output.open("w") as said:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "manage.py",
                    "demo",
                    f"--port={self.port}",
                    *arguments,
                ],
                cwd=ROOT,
                env=clean | {"VAR_DIR": str(var_dir)} | environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def says(self, text: str) -> bool:
        """Whether it says so in time, or ended before that."""
        eventually(lambda: text in self.said or self.has_ended(), READY_SECONDS)
        return text in self.said

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=60, trust_env=False)

    def end(self, signum: int = signal.SIGTERM) -> int:
        """The exit code."""
        self.process.send_signal(signum)
        return self.process.wait(60)

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def clean_up(self) -> None:
        if not self.has_ended():
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(60)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    started = []

    def run(var_dir: Path, *arguments: str, **environment: str) -> DemoProcess:
        started.append(DemoProcess(var_dir, *arguments, **environment))
        return started[-1]

    yield run
    for demo in started:
        demo.clean_up()


def store_pid(var_dir: Path) -> int:
    with Redis.from_url(find_running_store(var_dir)) as client:
        return client.info()["process_id"]


def newest_run(demo: DemoProcess, test_id: str) -> dict:
    return demo.get(f"/api/tests/{test_id}/results?limit=1").json()["results"][0]


@pytest.fixture(scope="module")
def first(start, tmp_path_factory):
    """A demo that filled its directory; it runs until somebody ends it."""
    var_dir = tmp_path_factory.mktemp("demo") / "var"
    demo = start(var_dir, REDIS_URL="redis://127.0.0.1:1/0")
    assert demo.says("Live feed"), demo.said
    return demo


@pytest.fixture
def seeded_dir(first):
    """A directory that a demo filled, which has ended."""
    if not first.has_ended():
        assert first.end() == 0, first.said
    return first.var_dir


def test_a_first_start_seeds_feeds_and_serves(first):
    var_dir, demo = first.var_dir, first
    pid = store_pid(var_dir)
    assert "REDIS_URL is set and not used" in demo.said
    assert "runs generated" in demo.said
    assert demo.get("/docs").status_code == 200
    dashboard = demo.get("/api/dashboard").json()
    assert (dashboard["total_tests"], dashboard["paused_tests"]) == (6, 1)
    uptime = demo.get("/api/tests/dashboard-sums/uptime?hours=720").json()
    assert uptime["total_runs"] > 2800

    live = f"{demo.url}/api/tests/docs-page/live"
    with httpx.stream("GET", live, timeout=60, trust_env=False) as stream:
        lines = (line for line in stream.iter_lines() if line.startswith("data: "))
        events = (json.loads(line.removeprefix("data: ")) for line in lines)
        run_id = next(e["run_id"] for e in events if e["message"].startswith("Opening"))
        fresh = next(e for e in events if e["run_id"] != run_id)
        ended = next(e for e in events if e["type"] == "eval_complete")
    assert ended["run_id"] == fresh["run_id"]
    newest = newest_run(demo, "docs-page")
    assert (newest["run_id"], newest["triggered_by"]) == (ended["run_id"], "feeder")
    assert newest["passed"] is True, newest

    with open_browser(demo.url) as browser:
        pages = perform(HISTORY_PAGES, "x", browser, lambda *a, **f: None, utc_now)
    assert pages["error"] is None
    for test in TESTS:
        for path in ("results?limit=100", "incidents?limit=50", "live?follow=false"):
            assert API_KEY not in demo.get(f"/api/tests/{test.id}/{path}").text

    assert demo.end() == 0
    assert demo.said.endswith("Stopped.\n")
    assert "Traceback" not in demo.said and '"level":"error"' not in demo.said
    assert not is_running(pid)


def test_a_demo_for_a_second_ends_by_itself(seeded_dir, start):
    demo = start(seeded_dir, "--for=1", "--no-feed")
    assert demo.process.wait(READY_SECONDS) == 0
    assert "Live feed" in demo.said
    assert demo.said.endswith("Stopped.\n")


def test_a_second_start_has_the_history_and_sigterm_ends_it(seeded_dir, start):
    demo = start(seeded_dir, "--no-feed")
    assert demo.says("Live feed"), demo.said
    assert "It holds the history of an earlier start." in demo.said
    assert "generated" not in demo.said
    assert "REDIS_URL" not in demo.said
    pid = store_pid(seeded_dir)
    live = f"{demo.url}/api/tests/docs-page/live"
    with httpx.stream("GET", live, timeout=60, trust_env=False) as stream:
        next(stream.iter_lines())
        assert demo.end(signal.SIGTERM) == 0
    assert "Traceback" not in demo.said and '"level":"error"' not in demo.said
    assert not is_running(pid)


def test_a_demo_beside_another_joins_its_store_and_ends_with_it(seeded_dir, start):
    owner = start(seeded_dir, "--no-feed")
    assert owner.says("Live feed"), owner.said
    pid = store_pid(seeded_dir)
    guest = start(seeded_dir, "--no-feed")
    assert guest.says("Live feed"), guest.said
    assert "joined: it was running" in guest.said
    assert guest.get("/api/dashboard").json()["total_tests"] == 6
    owner.process.kill()
    assert guest.process.wait(60) == 1
    assert "the process that started the store has ended" in guest.said
    assert eventually(lambda: not is_running(pid))


def test_a_port_in_use_is_an_error_before_anything_is_started(start, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = start(tmp_path / "var", f"--port={port}")
        assert demo.process.wait(60) == 1
    assert f"port {port} on 127.0.0.1 is in use" in demo.said
    assert "Traceback" not in demo.said
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_ending_while_it_seeds_leaves_no_process(start, tmp_path, signum):
    var_dir = tmp_path / "var"
    demo = start(var_dir)
    assert demo.says("Generating"), demo.said
    pid = store_pid(var_dir)
    assert demo.end(signum) == 0
    assert "Traceback" not in demo.said
    assert not is_running(pid)


def test_a_store_with_other_data_gets_no_history(tmp_path, start):
    from results.embedded import open_store

    var_dir = tmp_path / "var"
    with open_store(var_dir) as store:
        with Redis.from_url(store.url) as client:
            client.sadd("tests:all", "mine")
        demo = start(var_dir, "--for=0.1", "--no-feed")
        assert demo.process.wait(READY_SECONDS) == 0
        with Redis.from_url(store.url) as client:
            assert client.keys() == [b"tests:all"]
    assert "It holds other data, so no history is generated." in demo.said


def test_everybody_can_be_let_in_and_is_warned_of(seeded_dir, start):
    demo = start(seeded_dir, "--no-feed", "--host=0.0.0.0")
    assert demo.says("Live feed"), demo.said
    assert "There is no authentication: whoever reaches 0.0.0.0" in demo.said
    assert demo.get("/healthz").status_code == 200
    assert demo.end() == 0


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("--port=65536", "a port is a whole number from 0 to 65535"),
        ("--port=x", "a port is a whole number from 0 to 65535"),
        ("--for=0", "a number of seconds over 0 is required"),
        ("--for=soon", "a number of seconds over 0 is required"),
        ("--for=nan", "a number of seconds over 0 is required"),
    ],
)
def test_bad_arguments_are_refused_by_name(argument, said):
    from django.core.management import CommandError, call_command

    with pytest.raises(CommandError, match=said):
        call_command("demo", argument)
