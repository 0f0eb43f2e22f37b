"""A history acts like a list that is read when somebody looks."""

import itertools

import pytest

from results.domain import Page
from results.history import CHUNK, History


class Stored:
    """Members and the trips that were made for them; None is an unreadable member."""

    def __init__(self, members):
        self.members = members
        self.trips = []

    def fetch(self, offset, limit):
        self.trips.append((offset, limit))
        wanted = self.members[offset : offset + limit]
        items = [member for member in wanted if member is not None]
        return Page(items, len(self.members), len(wanted) - len(items))


def history_of(members):
    stored = Stored(list(members))
    return History(stored.fetch), stored


def test_making_one_reads_nothing():
    _, stored = history_of(range(10))
    assert stored.trips == []


def test_a_page_is_one_trip_with_items_count_and_skipped():
    history, stored = history_of([1, None, 3, 4])
    assert history.page(1, 2) == Page([3], total=4, skipped=1)
    assert stored.trips == [(1, 2)]


def test_its_length_counts_what_is_stored():
    history, _ = history_of([1, None, 3])
    assert len(history) == 3


@pytest.mark.parametrize("index", [0, 3, 9, -1, -10])
def test_an_item_is_found_by_its_index(index):
    history, _ = history_of(range(10))
    assert history[index] == list(range(10))[index]


@pytest.mark.parametrize("index", [10, -11, 10**9])
def test_beyond_its_ends_is_an_index_error(index):
    history, _ = history_of(range(10))
    with pytest.raises(IndexError):
        history[index]


def test_an_unreadable_item_is_an_index_error():
    history, _ = history_of([1, None])
    with pytest.raises(IndexError):
        history[1]


BOUNDS = [None, 0, 1, 4, 9, 10, 11, 1000, -1, -3, -10, -11]


@pytest.mark.parametrize("step", [None, 1, 2, -1, -3])
def test_it_slices_like_a_list_into_a_list(step):
    history, _ = history_of(range(10))
    for start, stop in itertools.product(BOUNDS, BOUNDS):
        wanted = slice(start, stop, step)
        assert history[wanted] == list(range(10))[wanted], wanted


def test_an_empty_slice_makes_no_trip():
    history, stored = history_of(range(10))
    assert history[0:0] == history[5:5] == history[7:3] == []
    assert stored.trips == []


def test_a_bounded_slice_is_one_trip():
    history, stored = history_of(range(1000))
    assert history[500:502] == [500, 501]
    assert stored.trips == [(500, 2)]


def test_unreadable_members_are_left_out_of_a_slice():
    history, _ = history_of([1, None, 3])
    assert history[:] == history[0:3] == [1, 3]


@pytest.mark.parametrize("count", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_it_is_iterated_in_chunks(count):
    history, stored = history_of(range(count))
    # `list(history)` would ask for the length first, which is a trip of its own.
    assert [*iter(history)] == list(range(count))
    assert {limit for _, limit in stored.trips} == {CHUNK}
    assert len(stored.trips) == max(1, -(-count // CHUNK))


def test_it_goes_backwards_and_past_unreadable_members():
    history, _ = history_of([1, None, 3])
    assert list(reversed(history)) == [3, 1]


def test_it_answers_whether_it_holds_something():
    history, _ = history_of([1, None, 3])
    assert 3 in history
    assert 2 not in history


def test_what_is_in_memory_has_a_history_too():
    history = History.over(["a", "b", "c"], skipped=2)
    assert history.page(1, 1) == Page(["b"], total=3, skipped=2)
    assert list(history) == ["a", "b", "c"]
