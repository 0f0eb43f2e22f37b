"""Definitions of tests, their listing and their newest runs, over both stores."""

import pytest

from results import reading
from results.domain import (
    SyntheticTest,
    TestListing,
    UnknownTest,
    UnreadableKey,
    Variable,
)
from tests.factories import (
    TEST_ID,
    make_run,
    make_variables,
    store_run,
    store_runs,
    store_test,
)


def listed(repository):
    return sorted(test.id for test in repository.tests().tests)


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
    found = repository.newest_runs(["a", "b", "unknown"])
    assert found["a"].run_id == "new"
    assert found == {"a": found["a"], "b": None, "unknown": None}


def test_the_newest_readable_run_counts(store, repository):
    store_test(store)
    runs = [(b"bad", 9), (b"worse", 8), (make_run("readable"), 7)]
    store_runs(store, TEST_ID, runs)
    assert repository.newest_runs([TEST_ID])[TEST_ID].run_id == "readable"


def test_a_test_of_nothing_but_corrupt_runs_has_no_newest(store, repository):
    store_test(store)
    store_runs(store, TEST_ID, [(f"bad {n}".encode(), n) for n in range(30)])
    assert repository.newest_runs([TEST_ID]) == {TEST_ID: None}


def test_results_of_another_type_hide_no_other_newest_run(store, repository):
    store.set("results:bad", "text")
    store_run(store, "good", make_run())
    found = repository.newest_runs(["bad", "good"])
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
    assert repository.newest_runs([TEST_ID]) == {TEST_ID: None}


def test_the_newest_run_is_scrubbed(store, repository):
    store_test(store, variables=make_variables(password="hunter2"))
    store_run(store, TEST_ID, make_run(triggered_by="hunter2"))
    run = repository.newest_runs([TEST_ID])[TEST_ID]
    assert run.fields["triggered_by"] == "***"
