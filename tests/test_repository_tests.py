"""Definitions of tests, their listing and their newest runs, over both stores."""

from weakref import WeakSet

import pytest
from redis import Redis

from results import metrics, reading, trip
from results.codec import times
from results.counted import CountedTest
from results.domain import (
    SyntheticTest,
    TestListing,
    UnknownTest,
    UnreadableKey,
    Variable,
)
from results.repository import ResultRepository
from results.repository import listed as listed_rows
from tests.factories import (
    NOW,
    TEST_ID,
    make_hash,
    make_run,
    make_variables,
    store_run,
    store_runs,
    store_test,
)


def listed(repository):
    return sorted(test.id for test in repository.tests().tests)


def newest_runs(repository, test_ids):
    """The newest run of each test, by its id."""
    states = [CountedTest(i, "active", None, NOW, None) for i in test_ids]
    return {recent.test.id: recent.run for recent in repository.recent_runs(states)}


def test_a_test_is_shown_without_its_secrets(store, repository):
    store_test(
        store,
        variables=make_variables(password="hunter2"),
        name="as hunter2",
        alert_webhook="https://hooks.example.com/webhook-secret",
    )
    found = repository.test(TEST_ID)
    assert found.name == "as ***"
    assert found.variables == (Variable("user", False), Variable("password", True))
    assert "webhook-secret" not in repr(found)


def test_a_test_with_data_and_no_hash_has_its_id_and_nulls(store, repository):
    store_run(store, TEST_ID, make_run())
    assert repository.test(TEST_ID) == SyntheticTest(TEST_ID)


def test_a_test_of_which_nothing_exists_is_unknown(repository):
    with pytest.raises(UnknownTest):
        repository.test(TEST_ID)


def test_a_hash_of_another_type_is_unreadable(store, repository):
    store.set(f"test:{TEST_ID}", "text")
    with pytest.raises(UnreadableKey):
        repository.test(TEST_ID)


def test_an_empty_installation_has_no_tests(repository):
    assert repository.tests() == TestListing()


def test_a_test_is_an_id_of_the_index_whose_hash_exists(store, repository):
    store_test(store, "both")
    store.sadd("tests:all", "orphan")
    store_run(store, "orphan", make_run())
    store.hset("test:unlisted", "id", "unlisted")
    assert listed(repository) == ["both"]


def test_a_hash_of_another_type_is_skipped_and_hides_no_other(store, repository):
    store_test(store, "good")
    store.sadd("tests:all", "bad")
    store.set("test:bad", "text")
    assert listed(repository) == ["good"]
    assert repository.tests().skipped == 1


def test_an_index_of_another_type_is_unreadable(store, repository):
    store.set("tests:all", "text")
    with pytest.raises(UnreadableKey):
        repository.tests()


@pytest.mark.parametrize("member", ["a b", "a:b", "", "x" * 65, "é", b"\xff", "../x"])
def test_what_cannot_be_an_id_is_never_asked_for(store, repository, member):
    store.sadd("tests:all", member)
    store.hset(
        b"test:" + (member if isinstance(member, bytes) else member.encode()), "id", "x"
    )
    assert listed(repository) == []


def test_listed_tests_are_scrubbed_each_by_its_own_secrets(store, repository):
    for test_id, secret in (("a", "hunter2"), ("b", "correct-horse")):
        store_test(
            store,
            test_id,
            variables=make_variables(password=secret),
            goal="hunter2 correct-horse",
        )
    goals = {test.id: test.goal for test in repository.tests().tests}
    assert goals == {"a": "*** correct-horse", "b": "hunter2 ***"}


def test_many_tests_take_several_trips_and_none_is_lost(store, repository, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 7)
    for n in range(20):
        store_test(store, f"t{n:02}")
    assert listed(repository) == [f"t{n:02}" for n in range(20)]


def test_the_newest_run_of_each_test_is_found(store, repository):
    store_test(store, "a")
    store_runs(store, "a", [(make_run("old"), 1), (make_run("new"), 2)])
    store_test(store, "b")
    found = newest_runs(repository, ["a", "b", "unknown"])
    assert found["a"].run_id == "new"
    assert found == {"a": found["a"], "b": None, "unknown": None}


def test_the_newest_readable_run_counts(store, repository):
    store_test(store)
    runs = [(b"bad", 9), (b"worse", 8), (make_run("readable"), 7)]
    store_runs(store, TEST_ID, runs)
    assert newest_runs(repository, [TEST_ID])[TEST_ID].run_id == "readable"


def test_a_test_of_nothing_but_corrupt_runs_has_no_newest(store, repository):
    store_test(store)
    store_runs(store, TEST_ID, [(f"bad {n}".encode(), n) for n in range(30)])
    assert newest_runs(repository, [TEST_ID]) == {TEST_ID: None}


def test_results_of_another_type_hide_no_other_newest_run(store, repository):
    store.set("results:bad", "text")
    store_run(store, "good", make_run())
    found = newest_runs(repository, ["bad", "good"])
    assert found["bad"] is None
    assert found["good"].run_id == "a1b2c3d4"


@pytest.mark.parametrize("replaced", [False, True])
def test_results_that_vanish_between_two_looks_are_no_error(
    store, repository, monkeypatch, replaced
):
    store_runs(store, TEST_ID, [(b"bad", 9)])
    look_again = repository.runs

    def vanish(test_id):
        store.delete(f"results:{TEST_ID}")
        if replaced:
            store.set(f"results:{TEST_ID}", "text")
        return look_again(test_id)

    monkeypatch.setattr(repository, "runs", vanish)
    assert newest_runs(repository, [TEST_ID]) == {TEST_ID: None}


def test_the_newest_run_is_scrubbed(store, repository):
    store_test(store, variables=make_variables(password="hunter2"))
    store_run(store, TEST_ID, make_run(triggered_by="hunter2"))
    run = newest_runs(repository, [TEST_ID])[TEST_ID]
    assert run.fields["triggered_by"] == "***"


def test_a_recent_run_is_shown_as_it_was_compared(store, repository):
    store_test(store, name="Login", last_result="failed", last_run_at="2026-02-20")
    state = CountedTest(TEST_ID, "active", "passed", NOW, None)
    gone = CountedTest("gone", "active", "passed", NOW, None)
    wrong = CountedTest("wrong", "active", "passed", NOW, None)
    store.set("test:wrong", "text")
    found = [recent.test for recent in repository.recent_runs([state, gone, wrong])]
    assert [test.name for test in found] == ["Login", None, None]
    assert {(test.last_result, test.last_run_at) for test in found} == {("passed", NOW)}


def test_newest_tests_come_first_and_a_page_reads_what_it_shows(store, repository, way):
    created = {"b": "2026-02-03", "a": "2026-02-03", "new": "2026-03-01", "odd": "?"}
    for test_id, time in created.items():
        store_test(store, test_id, created_at=time)
    store.set("test:wrong", "text")
    store.sadd("tests:all", "wrong", "gone")
    history = repository.newest_tests()
    assert [test.id for test in history] == ["new", "a", "b", "odd"]
    page = history.page(1, 2)
    assert [test.id for test in page.items] == ["a", "b"]
    assert (page.total, page.skipped) == (4, 1)
    assert list(history) == metrics.newest_first(repository.tests().tests)


def test_a_test_that_is_replaced_while_it_is_listed_is_left_out(
    store, repository, monkeypatch
):
    store_test(store)
    listed = repository._listed

    def then_replaced(fields):
        found = listed(fields)
        store.delete(f"test:{TEST_ID}")
        store.set(f"test:{TEST_ID}", "text")
        return found

    monkeypatch.setattr(repository, "_listed", then_replaced)
    assert repository.tests() == TestListing()


# Of every hash that the factory makes, unless it is told otherwise.
CREATED_AT = times.from_text(make_hash()["created_at"])


def states(repository):
    found = repository.states()
    return {state.id: state[1:] for state in found.tests}, found.skipped


@pytest.fixture(params=["sorted", "looked up"])
def way(request, store, repository, monkeypatch):
    """By one SORT_RO, and where the server refuses it."""
    refusing = WeakSet()
    if request.param == "looked up":
        refusing.add(repository.client.connection_pool)
    monkeypatch.setattr(listed_rows, "_without_sort", refusing)


def test_the_state_of_every_listed_test_is_read(store, repository, way):
    store_test(store, "a", status="paused", last_run_at="2026-02-16T13:00:00+01:00")
    store.hset("test:bare", "goal", "x")
    created = "2026-02-16T12:00:00Z"
    store_test(store, "new", last_run_at="", last_result="", created_at=created)
    store.hset("test:unlisted", "id", "x")
    store.set("test:wrong", "text")
    store.sadd("tests:all", "bare", "gone", "wrong", "a b", b"\xff")
    assert states(repository) == (
        {
            "a": ("paused", "passed", NOW, "*/15 * * * *", CREATED_AT),
            "bare": ("active", None, None, None, None),
            "new": ("active", None, None, "*/15 * * * *", NOW),
        },
        1,
    )


def test_ids_that_are_none_are_left_out_of_a_long_list(store, repository, way):
    for n in range(50):
        store_test(store, f"t{n}")
    for stray in ("", "a\nb", "t1\n", "x" * 65, "ü", "t*"):
        store.sadd("tests:all", stray)
        store.hset(f"test:{stray}", "status", "error")
    found, skipped = states(repository)
    assert sorted(found) == sorted(f"t{n}" for n in range(50)) and skipped == 0


def test_without_tests_there_are_no_states(store, repository, way):
    assert len(repository.states()) == 0
    store.set("tests:all", "text")
    with pytest.raises(UnreadableKey):
        repository.states()


def test_a_server_that_refuses_to_sort_is_asked_once(
    redis_client, limited, monkeypatch
):
    monkeypatch.setattr(listed_rows, "_without_sort", WeakSet())
    store_test(redis_client)
    repository = ResultRepository(limited)
    redis_client.config_resetstat()
    for _ in range(2):
        assert [state.id for state in repository.states().tests] == [TEST_ID]
    assert redis_client.info("commandstats")["cmdstat_sort_ro"]["calls"] == 1


def test_many_tests_cost_two_trips(redis_client, monkeypatch):
    for n in range(700):
        store_test(redis_client, f"t{n:03}")
    trips = []
    exchange = trip.exchange
    monkeypatch.setattr(
        trip, "exchange", lambda *args: (trips.append(args), exchange(*args))[1]
    )
    repository = ResultRepository(redis_client)
    for refusing, most in (
        (WeakSet(), 2),
        (WeakSet([redis_client.connection_pool]), 3),
    ):
        monkeypatch.setattr(listed_rows, "_without_sort", refusing)
        trips.clear()
        found = repository.states()
        assert len(found.tests) == 700
        assert len(repository.recent_runs(found.tests[:5])) == 5
        assert len(trips) == most


@pytest.fixture
def limited(redis_client, server_url):
    """A client of a user who may read the keys of tests, and no others."""
    rules = ["reset", "on", ">secret", "%R~test*", "%R~monitor:*", "+@all"]
    redis_client.execute_command("ACL", "SETUSER", "limited", *rules)
    client = Redis.from_url(server_url)
    own = {"username": "limited", "password": "secret"}
    client.connection_pool.connection_kwargs.update(own)
    yield client
    client.close()
    redis_client.execute_command("ACL", "DELUSER", "limited")
