"""The thread that keeps a store running."""

import logging
import os
import signal
import threading
from pathlib import Path

import pytest
from redis import Redis

from results.embedded import EmbeddedStoreError, supervisor
from results.embedded.binary import find_binary
from results.embedded.errors import StartFailed
from results.embedded.server import ServerPlan
from results.embedded.supervisor import Backoff, Supervisor
from tests.store_holder import eventually, is_running


@pytest.fixture
def plan(tmp_path):
    return ServerPlan(find_binary(), tmp_path, persist=True)


@pytest.fixture
def supervised(plan):
    keeper = Supervisor(plan)
    keeper.start()
    yield keeper
    keeper.stop()


def test_pauses_double_up_to_a_limit():
    backoff = Backoff()
    pauses = [backoff.pause() for _ in range(12)]
    assert pauses[:3] == [0.05, 0.1, 0.2]
    assert pauses[-1] == Backoff.LONGEST_SECONDS
    assert pauses == sorted(pauses)


def test_a_store_that_ran_well_for_a_while_is_restarted_at_once_again():
    backoff = Backoff()
    for _ in range(5):
        backoff.pause(lived_seconds=1)
    assert backoff.pause(lived_seconds=3_600) == Backoff.FIRST_SECONDS
    assert backoff.pause(lived_seconds=1) > Backoff.FIRST_SECONDS


def test_a_killed_store_comes_back_at_the_same_address_with_its_data(
    supervised, caplog
):
    died = supervised.server
    with Redis.from_url(died.url) as client:
        client.set("acknowledged", "yes")
    os.kill(died.pid, signal.SIGKILL)
    assert eventually(lambda: supervised.server.pid != died.pid)
    assert supervised.server.url == died.url
    with Redis.from_url(died.url) as client:
        assert client.get("acknowledged") == b"yes"
    said = [(entry.levelname, entry.getMessage()) for entry in caplog.records]
    assert said == [
        ("ERROR", "the embedded store died (status -9): restarting it"),
        ("WARNING", f"the embedded store runs again (pid {supervised.server.pid})"),
    ]


def test_what_a_store_said_before_it_died_is_kept(supervised, plan):
    died = supervised.server.pid
    os.kill(died, signal.SIGKILL)
    assert eventually(lambda: supervised.server.pid != died)
    assert f"pid={died}" in plan.log_file.read_text()


def test_a_store_that_cannot_start_again_is_tried_with_growing_pauses(
    supervised, monkeypatch, caplog
):
    tries = []
    enough = threading.Event()

    def refuse(plan, address, cancelled):
        tries.append(address)
        if len(tries) == 3:
            enough.set()
        raise StartFailed("no room")

    monkeypatch.setattr(supervisor, "start_at", refuse)
    monkeypatch.setattr(Backoff, "LONGEST_SECONDS", 0.2)
    died = supervised.server
    os.kill(died.pid, signal.SIGKILL)
    assert enough.wait(60)
    assert set(tries) == {died.address}
    assert "the embedded store does not start: no room" in caplog.text


def test_a_store_that_waits_to_be_restarted_can_be_stopped(supervised, monkeypatch):
    monkeypatch.setattr(Backoff, "FIRST_SECONDS", 600.0)
    monkeypatch.setattr(Backoff, "LONGEST_SECONDS", 600.0)
    supervised.server.process.kill()
    supervised.stop()
    assert not any(thread.name == "embedded-store" for thread in threading.enumerate())


def test_a_stopped_store_is_not_restarted(supervised, caplog):
    pid = supervised.server.pid
    supervised.stop()
    assert not is_running(pid)
    assert supervised.server.pid == pid
    assert caplog.records == []


def test_a_store_that_becomes_ready_after_stop_is_ended_too(plan, monkeypatch):
    started, go_on = threading.Event(), threading.Event()
    start = supervisor.start_anywhere
    servers = []

    def late(plan, cancelled):
        servers.append(start(plan, threading.Event()))
        started.set()
        go_on.wait(60)
        return servers[0]

    monkeypatch.setattr(supervisor, "start_anywhere", late)
    keeper = Supervisor(plan)
    threading.Thread(target=keeper.start).start()
    assert started.wait(60)
    stopping = threading.Thread(target=keeper.stop)
    stopping.start()
    go_on.set()
    stopping.join(10)
    assert not is_running(servers[0].pid)


def test_a_first_start_that_fails_is_reported_to_who_asked(plan):
    keeper = Supervisor(ServerPlan(Path("/bin/false"), plan.data_dir, persist=True))
    with pytest.raises(EmbeddedStoreError, match="could not be started"):
        keeper.start()
    with pytest.raises(EmbeddedStoreError, match="was not started"):
        keeper.server


def test_the_lines_go_to_a_logger_that_names_the_product():
    assert supervisor.logger is logging.getLogger("results.embedded.supervisor")
