"""Who may run a store in a directory, and whose URL is to be believed."""

import os
import stat
import subprocess

import pytest

from results.embedded.lease import LOCK_NAME, URL_NAME, Lease, Offer

URL = "redis://:password@127.0.0.1:6379/0"


@pytest.fixture
def lease(tmp_path):
    lease = Lease.acquire(tmp_path)
    yield lease
    lease.withdraw()
    lease.release()


def test_one_directory_has_one_owner(tmp_path, lease):
    assert Lease.acquire(tmp_path) is None


def test_another_directory_has_another_owner(tmp_path, lease):
    other = Lease.acquire(tmp_path / "not" / "there" / "yet")
    assert other is not None
    other.release()


def test_a_released_directory_is_free_again(tmp_path):
    Lease.acquire(tmp_path).release()
    Lease.acquire(tmp_path).release()


def test_the_directory_stays_taken_while_a_server_of_a_former_owner_runs(tmp_path):
    lease = Lease.acquire(tmp_path)
    server = subprocess.Popen(["sleep", "60"], pass_fds=(lease.lock_fd,))
    lease.release()
    assert Lease.acquire(tmp_path) is None
    server.kill()
    server.wait()
    Lease.acquire(tmp_path).release()


def test_a_program_that_the_owner_starts_does_not_inherit_the_lock(tmp_path):
    lease = Lease.acquire(tmp_path)
    bystander = subprocess.Popen(["sleep", "60"], close_fds=False)
    lease.release()
    Lease.acquire(tmp_path).release()
    bystander.kill()
    bystander.wait()


def test_nothing_is_offered_before_the_owner_has_a_store(tmp_path, lease):
    assert Offer.find(tmp_path) is None


def test_the_url_is_found_while_its_owner_lives(tmp_path, lease):
    lease.publish(URL)
    offer = Offer.find(tmp_path)
    assert offer.url == URL
    assert offer.owner_lives()
    lease.withdraw()
    assert not offer.owner_lives()
    offer.close()


def test_a_url_that_is_taken_back_is_gone_and_may_be_replaced(tmp_path, lease):
    lease.publish(URL)
    lease.withdraw()
    assert os.listdir(tmp_path) == [LOCK_NAME]
    lease.publish(URL + "1")
    offer = Offer.find(tmp_path)
    assert offer.url == URL + "1"
    offer.close()


def test_a_url_that_outlived_its_owner_is_not_believed(tmp_path):
    (tmp_path / URL_NAME).write_text(URL)
    assert Offer.find(tmp_path) is None


def test_a_url_that_outlived_its_owner_is_not_believed_under_a_new_owner(
    tmp_path, lease
):
    """The moment in which the new owner holds the directory and starts its store."""
    (tmp_path / URL_NAME).write_text(URL)
    assert Offer.find(tmp_path) is None
    (tmp_path / "store.new").write_text("half a UR")
    lease.publish(URL + "2")
    offer = Offer.find(tmp_path)
    assert offer.url == URL + "2"
    offer.close()


def test_only_this_user_may_read_the_url(tmp_path, lease):
    lease.publish(URL)
    mode = (tmp_path / URL_NAME).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
