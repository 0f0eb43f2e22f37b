"""Marks of pages where the index may not be read, or is another one by now."""

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from results.keys import Keys
from results.recorder import Recorder
from results.repository import ResultRepository
from results.run_index.use import IndexUse
from tests.factories import TEST_ID, store_test
from tests.recording import run_at

NAMES = Keys().index(TEST_ID)


@pytest.fixture
def recorded(redis_client):
    store_test(redis_client)
    recorder = Recorder(redis_client)
    recorder.record_run(TEST_ID, run_at(0, "one"))
    return recorder


@pytest.fixture
def half_blind(redis_client, server_url):
    """A client of a user who may not read the run index."""
    rules = ["reset", "on", ">secret", "+@all", "~test*", "~results:*", "~timing:*"]
    rules += ["~incidents:*", "~events:*", "~monitor:{test:*"]
    redis_client.execute_command("ACL", "SETUSER", "blind", *rules)
    client = Redis.from_url(server_url)
    own = {"username": "blind", "password": "secret"}
    client.connection_pool.connection_kwargs.update(own)
    yield client
    client.close()
    redis_client.execute_command("ACL", "DELUSER", "blind")


def test_a_page_has_the_mark_of_its_moment(redis_client, recorded):
    runs = ResultRepository(redis_client).runs(TEST_ID)
    assert runs.mark() is None  # nobody knows of an index yet
    assert runs.page(0, 5).mark is None
    mark = runs.mark()
    assert mark and runs.page(0, 5).mark == runs.page(0, 1).mark == mark
    recorded.record_run(TEST_ID, run_at(1, "two"))
    assert runs.page(0, 5).mark is None  # another head than the one known
    assert runs.page(0, 5).mark == runs.mark() != mark


def test_an_index_that_may_not_be_read_costs_a_page_its_mark_only(
    half_blind, redis_client, recorded
):
    index = IndexUse()
    ResultRepository(redis_client, index=index).runs(TEST_ID).page(0, 5)
    page = ResultRepository(half_blind, index=index).runs(TEST_ID).page(0, 5)
    assert (page.mark, len(page.items)) == (None, 1)
    assert not index.is_usable
    index = IndexUse()
    ResultRepository(redis_client, index=index).runs(TEST_ID).page(0, 5)
    assert ResultRepository(half_blind, index=index).runs(TEST_ID).mark() is None
    with pytest.raises(NoPermissionError):
        ResultRepository(half_blind, index=IndexUse("on")).runs(TEST_ID).page(0, 5)


def test_a_key_of_the_index_of_another_type_costs_the_mark_only(redis_client, recorded):
    repository = ResultRepository(redis_client)
    repository.runs(TEST_ID).page(0, 5)
    redis_client.delete(NAMES.head)
    redis_client.sadd(NAMES.head, "text")
    page = repository.runs(TEST_ID).page(0, 5)
    assert (page.mark, len(page.items)) == (None, 1)
    assert repository.index.is_usable


def test_an_index_that_does_not_reach_back_marks_nothing(redis_client, recorded):
    redis_client.zadd(f"results:{TEST_ID}", {b"corrupt": 1})
    runs = ResultRepository(redis_client).runs(TEST_ID)
    assert (runs.mark(), runs.page(0, 5).mark) == (None, None)


def test_switched_off_there_are_no_marks(redis_client, recorded):
    runs = ResultRepository(redis_client, index=IndexUse("off")).runs(TEST_ID)
    assert (runs.mark(), runs.page(0, 5).mark) == (None, None)
    assert ResultRepository(redis_client).incidents(TEST_ID).mark() is None
