"""What the server refuses passes through: it is no property of one key."""

import pytest
from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoPermissionError, ResponseError
from redis.retry import Retry

from results.counted import CountedTest
from results.embedded.address import free_port
from results.reading import scrubber_of
from results.repository import ResultRepository
from tests.factories import TEST_ID, make_run, store_run, store_test

USER = "reader-without-sets"


@pytest.fixture
def restricted(redis_client):
    """A repository whose user may not read sets: neither the index nor our own."""
    kwargs = redis_client.connection_pool.connection_kwargs
    redis_client.acl_setuser(
        USER, enabled=True, passwords=["+pw"], keys=["*"], categories=["+@all", "-@set"]
    )
    with Redis(
        host=kwargs["host"], port=kwargs["port"], username=USER, password="pw"
    ) as client:
        yield ResultRepository(client)
    redis_client.acl_deluser(USER)


def test_a_refused_command_is_the_servers_error_and_no_wrong_type(
    restricted, redis_client
):
    store_test(redis_client)
    store_run(redis_client, TEST_ID, make_run())
    with pytest.raises(NoPermissionError):
        restricted.runs(TEST_ID).page(0, 10)
    with pytest.raises(NoPermissionError):
        restricted.tests()
    with pytest.raises(NoPermissionError):
        restricted.recent_runs([CountedTest(TEST_ID, None, None, None, None)])


def test_a_server_that_is_not_there_is_the_clients_error():
    nowhere = Redis(port=free_port(), retry=Retry(NoBackoff(), 0))
    with nowhere, pytest.raises(RedisConnectionError):
        ResultRepository(nowhere).ping()


def test_a_server_that_refuses_to_say_that_it_is_there_is_heard(redis_client):
    rules = ["reset", "on", ">secret", "~*", "+@all", "-ping"]
    redis_client.execute_command("ACL", "SETUSER", "mute", *rules)
    pool = redis_client.connection_pool
    own = pool.connection_kwargs | {"username": "mute", "password": "secret"}
    with Redis.from_pool(ConnectionPool(**own)) as client:
        with pytest.raises(NoPermissionError):
            ResultRepository(client).ping()
    redis_client.execute_command("ACL", "DELUSER", "mute")


@pytest.mark.parametrize(
    ("stored", "former"), [(ResponseError("BUSY"), set()), ([], ResponseError("BUSY"))]
)
def test_secrets_that_the_server_refuses_to_tell_are_no_unknown_secrets(stored, former):
    with pytest.raises(ResponseError):
        scrubber_of(stored, former, ())


def test_a_server_that_is_there_answers(repository):
    repository.ping()
