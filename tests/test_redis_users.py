"""`deploy/users.acl`: what a reader and a recorder may do is enough, and no more."""

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from results.connection import use_store
from results.recorder import Recorder
from tests.acl_users import rules, user_url
from tests.closing import THROTTLE, put_in
from tests.factories import (
    RUN_ID,
    TEST_ID,
    make_incident,
    make_run,
    make_variables,
    store_event,
    store_incident,
    store_run,
    store_test,
)
from tests.test_access import PATHS

QUERIES = {
    "/api/availability": f"?tests={TEST_ID}",
    "/api/live": "?follow=false",
    f"/api/tests/{TEST_ID}/live": "?follow=false",
}
ASKED = [path for path in PATHS if not path.startswith(("/ops", "/docs", "/redoc"))]
# The six keys of the contract, and what is nobody's business.
OTHERS = ["other", "tests:else", "monitor", "session:1"]


@pytest.fixture
def refused(redis_client):
    """What the server's log says that it refused, by name of the user."""
    redis_client.execute_command("ACL", "LOG", "RESET")

    def read(name):
        entries = [
            (
                {str(k, "utf8"): v for k, v in zip(e[::2], e[1::2])}
                if isinstance(e, list)
                else {
                    str(k, "utf8") if isinstance(k, bytes) else k: v
                    for k, v in e.items()
                }
            )
            for e in redis_client.execute_command("ACL", "LOG")
        ]
        of_user = [e for e in entries if _text(e["username"]) == name]
        return [(_text(e["reason"]), _text(e["object"])) for e in of_user]

    return read


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


@pytest.fixture
def reader(redis_client, server_url):
    with user_url(redis_client, server_url, "monitor-reader") as url:
        yield url


@pytest.fixture
def recorder_url(redis_client, server_url):
    with user_url(redis_client, server_url, "monitor-recorder") as url:
        yield url


def test_a_reader_answers_everything_and_is_refused_nothing(
    api, redis_client, reader, refused, settings
):
    settings.OPS_PUBLIC = True
    store_test(redis_client, variables=make_variables(pw="hunter22"))
    for number in range(30):
        store_run(redis_client, TEST_ID, make_run(f"run{number}", number % 3 > 0))
    store_run(redis_client, TEST_ID, make_run(RUN_ID, plan="x" * 300_000))
    store_incident(redis_client, TEST_ID, make_incident())
    store_event(redis_client, TEST_ID, "plan_start")
    use_store(reader)
    for path in ASKED:
        response = api.get(path + QUERIES.get(path, ""))
        assert response.status_code in (200, 302, 400, 405), path
        b"".join(response.streaming_content if response.streaming else ())
    # Servers refuse its GET to whoever may not read all keys: there is another way.
    assert set(refused("monitor-reader")) <= {("command", "sort_ro")}
    # The index is kept, or all of this were slower than it is.
    assert redis_client.exists(f"monitor:{{results:{TEST_ID}}}:head")


def test_a_reader_counts_requests(api, reader, refused, settings):
    settings.THROTTLE_RATE = "2/hour"
    put_in(settings, THROTTLE)
    use_store(reader)
    # A window may end between them.
    assert 429 in [api.get("/api/dashboard").status_code for _ in range(5)]
    assert set(refused("monitor-reader")) <= {("command", "sort_ro")}


@pytest.fixture
def reading(reader):
    with Redis.from_url(reader) as client:
        yield client


def test_a_reader_changes_nothing_of_a_writers(reading):
    client = reading
    for attempt in (
        lambda: client.zadd(f"results:{TEST_ID}", {"x": 1}),
        lambda: client.hset(f"test:{TEST_ID}", "name", "x"),
        lambda: client.delete("tests:all"),
        lambda: client.xadd(f"events:{TEST_ID}", {"a": "b"}),
        lambda: client.eval("redis.call('DEL', KEYS[1])", 1, "tests:all"),
        lambda: client.rename(f"results:{TEST_ID}", "monitor:x"),
    ):
        with pytest.raises(Exception, match="(?i)permission|can't access"):
            attempt()


@pytest.mark.parametrize("name", ["monitor-reader", "monitor-recorder"])
def test_nobody_does_what_is_not_theirs(redis_client, server_url, name):
    with user_url(redis_client, server_url, name) as url, Redis.from_url(url) as client:
        for key in OTHERS:
            with pytest.raises(NoPermissionError):
                client.get(key)
        for command in ("FLUSHALL", "KEYS *", "CONFIG SET dir /", "SCAN 0", "SHUTDOWN"):
            with pytest.raises(NoPermissionError):
                client.execute_command(*command.split())


def test_a_recorder_records_everything_and_is_refused_nothing(
    redis_client, recorder_url, refused
):
    recorder = Recorder.from_url(
        recorder_url, keep_runs=2, keep_incidents=2, keep_events=5
    )
    recorder.save_test(
        TEST_ID, name="Login", variables=[{"name": "p", "value": "v", "hidden": True}]
    )
    recorder.log_event(TEST_ID, "plan_start", "now")
    for number in range(4):
        run = make_run(f"run{number}", number % 2 > 0, score=1_771_000_000.0 + number)
        recorder.record_run(TEST_ID, run)
        recorder.record_run(TEST_ID, run)
    assert redis_client.zcard(f"results:{TEST_ID}") == 2
    recorder.client.close()
    assert refused("monitor-recorder") == []


def test_the_file_needs_passwords_of_ones_own():
    for given in rules().values():
        assert [rule for rule in given if rule.startswith(">change-me")]
        assert "+@all" not in given and "allkeys" not in given and "~*" not in given
