"""Stored entries of the event stream, over both stores."""

import pytest

from results.domain import UnknownTest, UnreadableKey
from tests.factories import TEST_ID, make_variables, store_event, store_test


def test_the_newest_entries_come_oldest_first(store, repository):
    store_test(store)
    ids = [store_event(store, TEST_ID, "step_start", n=str(n)) for n in range(5)]
    found = repository.recent_entries(TEST_ID, 3)
    assert [entry.id for entry in found] == ids[2:]
    assert [entry.fields["n"] for entry in found] == ["2", "3", "4"]


def test_entries_after_a_cursor_do_not_repeat_it(store, repository):
    store_test(store)
    ids = [store_event(store, TEST_ID, "step_start") for _ in range(5)]
    found = repository.entries_after(TEST_ID, ids[1], 2)
    assert [entry.id for entry in found] == ids[2:4]


def test_a_cursor_older_than_the_stream_gives_its_start(store, repository):
    store_test(store)
    first = store_event(store, TEST_ID, "plan_start")
    assert [e.id for e in repository.entries_after(TEST_ID, "0-0", 9)] == [first]


def test_entries_are_scrubbed_and_name_their_test(store, repository):
    store_test(store, variables=make_variables(password="hunter2"))
    store_event(store, TEST_ID, "error", message="typed hunter2")
    fields = repository.recent_entries(TEST_ID, 1)[0].fields
    assert (fields["message"], fields["test_id"]) == ("typed ***", TEST_ID)


def test_a_known_test_without_a_stream_has_no_entries(store, repository):
    store_test(store)
    assert repository.recent_entries(TEST_ID, 5) == []
    assert repository.entries_after(TEST_ID, "0-0", 5) == []


def test_entries_of_an_unknown_test_are_an_unknown_test(repository):
    with pytest.raises(UnknownTest):
        repository.recent_entries(TEST_ID, 5)


def test_a_stream_of_another_type_is_unreadable(store, repository):
    store.set(f"events:{TEST_ID}", "text")
    with pytest.raises(UnreadableKey):
        repository.entries_after(TEST_ID, "0-0", 5)
