"""One store a directory: who owns it, who joins it, and what they learn of its end."""

import os
import signal
import subprocess
import sys
import threading

import pytest
from redis import Redis

from results.embedded import (
    OWNER_ENDED,
    EmbeddedStoreError,
    address,
    find_running_store,
    join_store,
    open_store,
    opening,
)
from results.embedded.address import ask
from results.embedded.lease import LOCK_NAME, URL_NAME
from tests import store_holder
from tests.store_holder import ROOT, StoreHolder, eventually, is_running


@pytest.fixture
def holder(tmp_path):
    """Starts processes that hold the store of one directory."""
    holders = []

    def start() -> StoreHolder:
        holders.append(StoreHolder(tmp_path))
        return holders[-1]

    yield start
    for each in holders:
        if each.process.poll() is None:
            each.kill()
        for stream in (each.process.stdin, each.process.stdout, each.process.stderr):
            stream.close()


@pytest.fixture
def connect():
    clients = []

    def to(url: str) -> Redis:
        clients.append(Redis.from_url(url))
        return clients[-1]

    yield to
    for client in clients:
        client.close()


def test_importing_the_store_does_not_import_django():
    script = "import sys, results.embedded; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


def test_a_store_ends_with_its_owner_and_leaves_only_its_data(tmp_path):
    with open_store(tmp_path) as store:
        assert store.owned
        assert find_running_store(tmp_path) == store.url
        pid = store.pid
    assert not is_running(pid)
    assert sorted(os.listdir(tmp_path)) == ["store", LOCK_NAME]
    assert find_running_store(tmp_path) is None
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name.startswith("embedded-store")]


def test_the_data_is_there_when_the_store_is_opened_again(tmp_path, connect):
    with open_store(tmp_path) as store:
        connect(store.url).set("kept", "yes")
    with open_store(tmp_path) as store:
        assert connect(store.url).get("kept") == b"yes"


def test_only_this_user_may_look_into_the_data(tmp_path):
    with open_store(tmp_path):
        assert (tmp_path / "store").stat().st_mode & 0o077 == 0


def test_closing_twice_is_as_good_as_once(tmp_path):
    owner = open_store(tmp_path)
    joined = open_store(tmp_path)
    for store in (joined, joined, owner, owner):
        store.close()


def test_a_second_command_joins_the_running_store(tmp_path, holder, connect):
    with open_store(tmp_path) as store:
        second = holder()
        assert (second.url, second.owned, second.pid) == (store.url, False, store.pid)
        connect(second.url).set("said by", "the second")
        assert connect(store.url).get("said by") == b"the second"


def test_a_command_that_joined_leaves_the_store_running(tmp_path, holder):
    with open_store(tmp_path) as store:
        second = holder()
        assert not second.owned
        assert second.end() == ("", "")
        assert find_running_store(tmp_path) == store.url


def test_of_several_that_start_at_once_one_owns_and_the_others_join(holder):
    holders = [holder() for _ in range(5)]
    assert sorted(each.owned for each in holders) == [False] * 4 + [True]
    assert len({(each.url, each.pid) for each in holders}) == 1


def test_commands_that_joined_are_told_when_the_owner_ends(holder):
    owner, joined = holder(), None
    assert owner.owned
    joined = holder()
    assert not joined.owned
    owner.end()
    assert joined.read_line() == store_holder.OWNER_ENDED


def test_commands_that_joined_are_told_when_the_owner_is_killed(holder):
    owner = holder()
    assert owner.owned
    joined = holder()
    assert not joined.owned
    owner.kill()
    assert joined.read_line() == store_holder.OWNER_ENDED


def test_without_a_callback_the_end_of_the_owner_is_logged(holder, tmp_path, caplog):
    owner = holder()
    assert owner.owned
    with join_store(tmp_path) as joined:
        assert not joined.owned
        owner.end()
        assert eventually(lambda: OWNER_ENDED in caplog.text)


def test_who_is_told_that_the_owner_ended_may_close_the_store_there(tmp_path):
    told = threading.Event()

    def leave() -> None:
        joined.close()
        told.set()

    owner = open_store(tmp_path)
    joined = open_store(tmp_path, leave)
    owner.close()
    assert told.wait(60)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the child")
def test_a_killed_owner_takes_the_store_along(holder, tmp_path, connect):
    owner = holder()
    connect(owner.url).set("acknowledged", "yes")
    owner.kill()
    assert (tmp_path / URL_NAME).exists()
    assert find_running_store(tmp_path) is None
    assert join_store(tmp_path) is None
    assert eventually(lambda: not is_running(owner.pid))
    with open_store(tmp_path) as store:
        assert store.owned
        assert store.url != owner.url
        assert connect(store.url).get("acknowledged") == b"yes"


def test_no_second_server_starts_while_that_of_a_killed_owner_still_runs(
    holder, tmp_path, monkeypatch
):
    owner = holder()
    os.kill(owner.pid, signal.SIGSTOP)
    owner.kill()
    monkeypatch.setattr(opening, "OPEN_SECONDS", 0.3)
    with pytest.raises(EmbeddedStoreError, match=f"{LOCK_NAME}.*VAR_DIR.*REDIS_URL"):
        open_store(tmp_path)
    os.kill(owner.pid, signal.SIGKILL)
    monkeypatch.undo()
    with open_store(tmp_path) as store:
        assert store.owned


def test_a_store_that_died_comes_back_for_those_who_joined(tmp_path, connect):
    with open_store(tmp_path) as store, join_store(tmp_path) as joined:
        connect(joined.url).set("acknowledged", "yes")
        died = store.pid
        os.kill(died, signal.SIGKILL)
        with join_store(tmp_path) as joined_meanwhile:
            assert joined_meanwhile.pid != died
        assert eventually(lambda: ask(joined.url) is not None)
        assert connect(joined.url).get("acknowledged") == b"yes"


def test_a_store_that_hangs_is_not_joined_for_ever(tmp_path, monkeypatch):
    with open_store(tmp_path) as store:
        monkeypatch.setattr(opening, "JOIN_SECONDS", 0.2)
        monkeypatch.setattr(address, "ANSWER_SECONDS", 0.2)
        os.kill(store.pid, signal.SIGSTOP)
        assert find_running_store(tmp_path) is None
        assert join_store(tmp_path) is None
        os.kill(store.pid, signal.SIGCONT)


def test_where_nobody_owns_a_store_there_is_none_to_find_or_join(tmp_path):
    assert find_running_store(tmp_path / "nowhere") is None
    assert join_store(tmp_path / "nowhere") is None


def test_a_directory_that_cannot_hold_the_store_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    for attempt in (open_store, join_store, find_running_store):
        with pytest.raises(EmbeddedStoreError, match="VAR_DIR.*file/var"):
            attempt(tmp_path / "file" / "var")


def test_a_store_that_cannot_start_leaves_the_directory_free(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "find_binary", lambda: "/bin/false")
    with pytest.raises(EmbeddedStoreError, match="could not be started"):
        open_store(tmp_path)
    monkeypatch.undo()
    with open_store(tmp_path) as store:
        assert store.owned
