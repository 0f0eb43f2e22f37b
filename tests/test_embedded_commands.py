"""The store as Django's commands and server entries use it."""

import io
import os
import signal
import subprocess
import sys

import httpx
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, get_commands
from django.core.management.base import OutputWrapper

from results.connection import command_client, data_url, use_store
from results.embedded import OWNER_ENDED, find_running_store, open_store
from results.embedded.address import ask, free_port
from results.management.store import command_store, without_secrets
from results.serving import require_store
from tests.store_holder import ROOT, eventually, is_running


@pytest.fixture
def no_redis_url(settings, tmp_path):
    """A process that was started without REDIS_URL, and its VAR_DIR."""
    before = data_url()
    settings.VAR_DIR = tmp_path
    use_store("")
    yield tmp_path
    use_store(before)


@pytest.fixture
def environment(tmp_path):
    """What a process that is started without REDIS_URL sees."""
    without = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    return without | {"VAR_DIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def start(environment):
    """Starts Python with arguments, in the project's directory."""
    started = []

    def run(*arguments: str) -> subprocess.Popen:
        started.append(
            subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        )
        return started[-1]

    yield run
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=60).status_code < 500
    except httpx.TransportError:
        return False


def test_a_command_uses_the_store_of_redis_url_and_starts_none(settings, tmp_path):
    settings.REDIS_URL = "redis://user:secret@db.example:6380/2?password=too"
    settings.VAR_DIR = tmp_path / "var"
    said = io.StringIO()
    with command_store(said) as url:
        assert url == settings.REDIS_URL
    assert said.getvalue() == "The data is at redis://db.example:6380/2.\n"
    assert not settings.VAR_DIR.exists()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:p%40ss@127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("rediss://db.example", "rediss://db.example"),
        ("unix://user:secret@/run/redis.sock?db=1", "unix:///run/redis.sock"),
    ],
)
def test_what_is_shown_of_a_url_is_no_secret(url, shown):
    assert without_secrets(url) == shown


def test_a_command_without_redis_url_brings_a_store_along(no_redis_url):
    said = io.StringIO()
    with command_store(OutputWrapper(said)) as url:
        assert data_url() == url == find_running_store(no_redis_url)
        assert command_client().ping()
    assert find_running_store(no_redis_url) is None
    assert data_url() == ""
    assert f"The data is in {no_redis_url}" in said.getvalue()
    assert "started for this command" in said.getvalue()
    assert url not in said.getvalue()


def test_a_command_says_on_stderr_when_the_owner_of_its_store_ends(
    no_redis_url, capsys
):
    owner = open_store(no_redis_url)
    said = io.StringIO()
    with command_store(said) as url:
        assert url == owner.url
        owner.close()
        heard = []
        assert eventually(lambda: heard.append(capsys.readouterr().err) or any(heard))
    assert "".join(heard) == f"{OWNER_ENDED}\n"
    assert "joined" in said.getvalue()


def test_a_command_that_gets_no_store_ends_with_a_reason(no_redis_url, settings):
    (no_redis_url / "file").write_text("")
    settings.VAR_DIR = no_redis_url / "file"
    with pytest.raises(CommandError, match="VAR_DIR"):
        with command_store(None):
            pass


def test_a_server_with_redis_url_needs_no_store(settings, tmp_path):
    settings.REDIS_URL = "redis://db.example"
    settings.VAR_DIR = tmp_path / "var"
    require_store()
    assert settings.REDIS_URL == "redis://db.example"
    assert not settings.VAR_DIR.exists()


def test_a_server_without_redis_url_joins_the_running_store(no_redis_url):
    with open_store(no_redis_url) as store:
        require_store()
        assert data_url() == store.url


def test_a_server_without_redis_url_and_store_refuses_to_start(no_redis_url, settings):
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL is not set and no store"):
        require_store()
    (no_redis_url / "file").write_text("")
    settings.VAR_DIR = no_redis_url / "file"
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL is not set, and VAR_DIR"):
        require_store()
    assert data_url() == ""


def test_both_entries_refuse_to_start_without_a_store(start):
    script = (
        "import importlib\n"
        "for entry in ('monitor.asgi', 'monitor.wsgi'):\n"
        "    try: importlib.import_module(entry)\n"
        "    except Exception as refusal: print(type(refusal).__name__, refusal)\n"
    )
    said, _ = start("-c", script).communicate(timeout=60)
    refusal = "ImproperlyConfigured REDIS_URL is not set and no store is running"
    assert [line.startswith(refusal) for line in said.splitlines()] == [True, True]


def test_an_entry_joins_the_running_store(start, tmp_path):
    with open_store(tmp_path) as store:
        script = "import monitor.asgi, results.connection as c; print(c.data_url())"
        said, _ = start("-c", script).communicate(timeout=60)
    assert said.strip() == store.url


def test_checks_need_no_store(start, tmp_path):
    said, _ = start("manage.py", "check").communicate(timeout=60)
    assert "no issues" in said
    assert os.listdir(tmp_path) == []


def test_runserver_is_ours():
    assert get_commands()["runserver"] == "results"


def test_runserver_owns_a_store_that_its_reloaded_child_joins(start, tmp_path):
    port = free_port()
    server = start("manage.py", "runserver", str(port))
    assert eventually(lambda: answers(f"http://127.0.0.1:{port}/nowhere"), 90)
    url = find_running_store(tmp_path)
    pid = ask(url).pid
    server.terminate()
    said, _ = server.communicate(timeout=60)
    assert said.count(f"The data is in {tmp_path}") == 1
    assert url not in said
    assert not is_running(pid)
    assert not (tmp_path / "store.url").exists()
    assert not answers(f"http://127.0.0.1:{port}/nowhere")


def test_runserver_without_a_reloader_ends_its_store_too(start, tmp_path):
    port = free_port()
    server = start("manage.py", "runserver", str(port), "--noreload")
    assert eventually(lambda: answers(f"http://127.0.0.1:{port}/nowhere"), 90)
    pid = ask(find_running_store(tmp_path)).pid
    server.send_signal(signal.SIGINT)
    said, _ = server.communicate(timeout=60)
    assert server.returncode == 0, said
    assert not is_running(pid)
    assert not (tmp_path / "store.url").exists()
