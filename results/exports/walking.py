"""All of a history, page by page, while it grows: nothing twice, nothing left out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from results.analysis.asking import RunQuestion
from results.codec.cursors import Cursor
from results.codec.records import LIST_RECORD_BYTES
from results.codec.splicing import Spliced
from results.domain import Page, Run
from results.history import History
from results.repository import ResultRepository

Item = TypeVar("Item")
PAGE = 500


def all_runs(
    repository: ResultRepository, test_id: str, asked: RunQuestion
) -> Iterator[Run]:
    """The runs by cursor. Pages are as small as they must be for every record that a
    list may show whole to be whole."""
    limit = PAGE
    while True:
        page = repository.asked_runs(test_id, asked).page(0, limit)
        if limit > 1 and any(map(_had_no_room, page.items)):
            limit = max(1, limit // 8)
            continue
        yield from page.items
        if page.next is None:
            return
        asked = replace(asked, cursor=Cursor(page.next, is_back=False))
        limit = min(PAGE, limit * 2)


def all_items(
    history: History[Item], key: Callable[[Item], Hashable]
) -> Iterator[Item]:
    """The items by offset. What arrives meanwhile moves the others back, to be met
    again on the next page: there they are known by their key."""
    offset, before = 0, frozenset[Any]()
    while True:
        page: Page[Item] = history.page(offset, PAGE)
        for item in page.items:
            if key(item) not in before:
                yield item
        before = frozenset(map(key, page.items))
        offset += PAGE
        if offset >= (page.total or 0):
            return


def _had_no_room(run: Run) -> bool:
    """Whether it is a summary only because its page was full."""
    fields = run.fields
    if isinstance(fields, Spliced) or not fields.get("truncated"):
        return False
    return bool(fields["size_bytes"] <= LIST_RECORD_BYTES)
