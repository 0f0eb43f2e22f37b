"""One server process: its configuration, its start, its end."""

import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from redis import Redis

from results.embedded import (
    EmbeddedStoreError,
    RunningServer,
    launching,
    server,
    start_server,
)
from results.embedded.address import Address, Answer, ask, fresh_address
from results.embedded.binary import find_binary
from results.embedded.errors import StartFailed
from results.embedded.server import SHIM, ServerPlan, quoted
from tests.store_holder import eventually, is_running

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def running(tmp_path):
    server = start_server(tmp_path, persist=False)
    yield server
    server.stop()


@pytest.fixture
def program(tmp_path):
    """A plan whose server is a shell script."""

    def make(script: str) -> ServerPlan:
        file = tmp_path / "server"
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return ServerPlan(file, tmp_path / "data", persist=False)

    return make


@pytest.fixture
def clock(monkeypatch):
    """The launcher's clock, which stands still unless a test moves it."""

    class Clock:
        now = 1_000.0

        def monotonic(self) -> float:
            return self.now

        def pass_if(self, condition: bool, seconds: float) -> None:
            self.now += seconds if condition else 0

    stopped = Clock()
    monkeypatch.setattr(launching, "time", stopped)
    return stopped


def test_a_started_server_answers_as_our_child(running):
    with Redis.from_url(running.url) as client:
        assert client.info("server")["process_id"] == running.pid


def test_a_started_server_refuses_whoever_has_no_password(running):
    stranger = Address(running.address.port, "guessed")
    assert ask(stranger.url) is None
    with socket.create_connection(("127.0.0.1", stranger.port), 5) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(100).startswith(b"-NOAUTH")


def test_two_servers_have_two_passwords():
    assert fresh_address().password != fresh_address().password


def test_a_server_has_a_session_of_its_own_so_that_ctrl_c_does_not_reach_it(running):
    assert os.getsid(running.pid) == running.pid


@linux
def test_no_process_shows_the_password_in_its_arguments(tmp_path):
    address = fresh_address()
    plan = ServerPlan(find_binary(), tmp_path, persist=False)
    child = server.spawn(plan, address)
    shown = []
    try:
        while not ask(address.url):
            with open(f"/proc/{child.pid}/cmdline", encoding="utf-8") as arguments:
                shown.append(arguments.read())
    finally:
        child.stop()
    assert shown
    assert not any(address.password in arguments for arguments in shown)


def test_the_password_is_in_no_representation():
    assert "secret" not in repr(Address(6379, "secret"))


def test_any_directory_name_will_do(tmp_path):
    folder = tmp_path / "with space, 'both' \"quotes\", back\\slash,\nline end, ü, #"
    start_server(folder, persist=True).stop()
    assert (folder / "appendonlydir").is_dir()


def test_quoting_leaves_nothing_that_the_server_could_misread():
    assert quoted("a \"b'\n") == b'"a\\x20\\x22b\\x27\\x0a"'


def test_a_locale_that_the_machine_lacks_does_not_stop_the_server(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("LC_ALL", "xx_XX.nowhere")
    start_server(tmp_path, persist=False).stop()


def test_data_of_a_persistent_server_outlives_it(tmp_path):
    first = start_server(tmp_path, persist=True)
    with Redis.from_url(first.url) as client:
        client.set("kept", "yes")
    first.stop()
    second = start_server(tmp_path, persist=True)
    with Redis.from_url(second.url) as client:
        assert client.get("kept") == b"yes"
    second.stop()


def test_a_server_for_a_test_leaves_no_data(tmp_path):
    running = start_server(tmp_path, persist=False)
    with Redis.from_url(running.url) as client:
        client.set("gone", "yes")
    running.stop()
    assert [file.name for file in tmp_path.iterdir()] == [server.LOG_NAME]


def test_a_stopped_server_is_gone(running):
    running.stop()
    running.stop()
    assert not is_running(running.pid)
    assert running.wait() == 0


def test_a_server_that_does_not_react_is_ended_by_force(running, monkeypatch):
    monkeypatch.setattr(server, "STOP_SECONDS", 0.1)
    os.kill(running.pid, signal.SIGSTOP)
    running.stop()
    assert running.wait() == -signal.SIGKILL


def test_somebody_elses_server_on_our_port_is_not_taken_for_ours(
    tmp_path, running, monkeypatch
):
    addresses = [running.address, fresh_address()]
    monkeypatch.setattr(launching, "fresh_address", lambda: addresses.pop(0))
    ours = start_server(tmp_path / "ours", persist=False)
    try:
        assert ours.address != running.address
        assert ask(ours.url).pid == ours.pid
        assert ask(running.url).pid == running.pid
    finally:
        ours.stop()


def test_after_five_ports_the_start_is_given_up_with_the_servers_last_words(program):
    plan = program('cat > /dev/null; echo again >> "$0.count"; echo no room; exit 7')
    with pytest.raises(EmbeddedStoreError, match="status 7: no room"):
        launching.start_anywhere(plan, threading.Event())
    starts = plan.binary.with_suffix(".count").read_text()
    assert starts == "again\n" * 5


def test_a_program_that_cannot_be_run_is_named(program):
    plan = program("")
    plan.binary.chmod(0o644)
    with pytest.raises(StartFailed, match=str(plan.binary)):
        launching.start_at(plan, fresh_address(), threading.Event())


def test_a_server_that_never_answers_is_ended(program, clock, monkeypatch):
    plan = program('echo $$ > "$0.new"; mv "$0.new" "$0.pid"; exec sleep 60')
    told = plan.binary.with_suffix(".pid")
    monkeypatch.setattr(launching, "ask", lambda url: clock.pass_if(told.exists(), 11))
    with pytest.raises(StartFailed, match="did not answer"):
        launching.start_at(plan, fresh_address(), threading.Event())
    assert not is_running(int(told.read_text()))


def test_a_start_that_is_no_longer_wanted_tries_no_other_port(program):
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(EmbeddedStoreError, match="no longer wanted"):
        launching.start_anywhere(program("exec sleep 60"), cancelled)


def test_a_server_that_still_reads_its_file_says_so(tmp_path, monkeypatch):
    first = start_server(tmp_path, persist=True)
    with Redis.from_url(first.url) as client:
        client.eval("for i = 1, 50000 do redis.call('RPUSH', 'list', i) end", 0)
    first.stop()

    config = ServerPlan.config
    slowly = b"key-load-delay 10\n"
    monkeypatch.setattr(ServerPlan, "config", lambda *args: config(*args) + slowly)
    plan = ServerPlan(find_binary(), tmp_path, persist=True)
    second = server.spawn(plan, fresh_address())
    answers = []
    assert eventually(lambda: answers.append(ask(second.url)) or any(answers))
    second.stop()
    assert answers[-1] == Answer(second.pid, loading=True)


def test_a_server_that_reads_its_file_for_long_is_waited_for(
    tmp_path, clock, monkeypatch
):
    loading_for = []

    def slow(url):
        answer = ask(url)
        if answer is None or len(loading_for) == 5:
            return answer
        clock.now += 9
        loading_for.append(9)
        return replace(answer, loading=True)

    monkeypatch.setattr(launching, "ask", slow)
    patient = start_server(tmp_path, persist=False)
    patient.stop()
    assert sum(loading_for) > launching.READY_SECONDS


def test_a_server_whose_parent_is_already_gone_does_not_start():
    orphan = subprocess.run(
        [sys.executable, "-I", "-S", "-c", SHIM, "1", "/bin/false"],
        capture_output=True,
        text=True,
    )
    assert orphan.returncode == 1
    assert "has ended" in orphan.stderr


def test_the_fixture_for_tests_is_part_of_the_public_interface(running):
    assert isinstance(running, RunningServer)
