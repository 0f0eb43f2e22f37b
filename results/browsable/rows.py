"""Where an answer's rows are not simply one of its lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from results.browsable import cells
from results.browsable.cells import Column, Record

Rows = Callable[[Record], Iterable[Record]]


def range_and_buckets(data: Record) -> Iterable[Record]:
    """The statistics of the whole range, and then those of its buckets."""
    return [data, *data["buckets"]]


def percentiles(data: Record) -> dict[str, Column]:
    """A column for each percentile that was asked for."""
    return {name: cells.percentile(name) for name in data["percentiles"]}


def windows_of_tests(data: Record) -> Iterable[Record]:
    """Each window of each test, with the test that it is of."""
    return [
        {"test_id": test["test_id"], **window}
        for test in data["tests"]
        for window in test["windows"]
    ]
