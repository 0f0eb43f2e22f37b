"""Where an index and the results differ, found by counting: no member is read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

from redis import Redis

from results.keys import IndexKeys
from results.run_index.change import CannotMend, Span
from results.run_index.head import Head
from results.trip import Command, scored, transaction

# Most changes are at the ends: stretches double from both, and are this share of the
# whole at most.
SHARES = 16


def differing_spans(
    client: Redis, results: str, names: IndexKeys, head: Head
) -> list[Span]:
    """The stretches whose counts differ; what lies beyond a partial index is none."""
    cuts = _cuts(client, names, head)
    asked: list[Command] = [
        ("ZCOUNT", key, low, "+inf") for low in cuts for key in (results, *names.sets)
    ]
    counts = iter(_readable(transaction(client, asked)))
    missing = [next(counts) - sum(next(counts) for _ in names.sets) for _ in cuts]
    return list(_spans(["+inf", *cuts], [0, *missing], head))


def _spans(cuts: list[str], missing: list[int], head: Head) -> Iterator[Span]:
    """Neighbours that differ are one stretch. One at an end takes its neighbour
    along, which holds members even where those at the end are gone."""
    differs = [before != after for before, after in pairwise(missing)]
    place = 0
    for differs_here, group in groupby(differs):
        first, place = place, place + len(list(group))
        if differs_here:
            before = max(0, first - (place >= len(cuts) - 2))
            after = min(len(cuts) - 1, place + (first <= 1))
            yield _span(cuts[before], cuts[after], head)


def _span(high: str, low: str, head: Head) -> Span:
    """Inclusive at both ends: members of one time are never parted."""
    high, low = high.lstrip("("), low.lstrip("(")
    has_bottom = low == "-inf" or float(low) <= head.oldest
    return Span(low, high, high == "+inf" or float(high) >= head.newest, has_bottom)


def _cuts(client: Redis, names: IndexKeys, head: Head) -> list[str]:
    """Bounds from the newest time to the oldest, each just above members it had."""
    asked: list[Command] = [
        (order, key, rank, rank, "WITHSCORES")
        for key in (names.passed, names.failed)
        for order in ("ZREVRANGE", "ZRANGE")
        for rank in _ranks(head.total)
    ]
    times = {head.newest, head.oldest}
    for reply in _readable(transaction(client, asked)):
        times |= {score for _, score in scored(reply)}
    inside = (time for time in times if head.oldest <= time <= head.newest)
    cuts = [f"({time!r}" for time in sorted(inside, reverse=True)]
    ends = [repr(head.oldest), "-inf"] if head.is_complete else [repr(head.oldest)]
    return [cuts[0], repr(head.newest), *cuts[1:], *ends]


def _ranks(total: int) -> list[int]:
    doubling = [2**power - 1 for power in range(total.bit_length())]
    shares = [total * share // SHARES for share in range(1, SHARES)]
    return sorted({*doubling, *shares})


def _readable(replies: list[Any]) -> list[Any]:
    if any(isinstance(reply, Exception) for reply in replies):
        raise CannotMend("a key of the index is of another type")
    return replies
