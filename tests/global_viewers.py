"""Clients of the global feed in this process, and what Redis holds in its order."""

from __future__ import annotations

import contextlib

from results.live.crowd import Caller
from results.live.cursors import parse_cursor
from results.live.everything.asked import Asked
from results.live.everything.spot import parse_spot
from results.live.everything.starting import Wanted
from results.live.everything.view import follow_all
from results.live.stream import Pace
from tests.live_viewers import CALM, Viewer, add, product_at

IDS = ("alpha", "beta", "gamma")


class GlobalViewer(Viewer):
    """Reads the global feed until it ends or is left."""

    def __init__(
        self,
        resume_after: str | None = None,
        tests: tuple[str, ...] | None = None,
        pace: Pace = CALM,
        replay: int = 50,
        address: str = "",
    ) -> None:
        super().__init__()
        spot = None if resume_after is None else parse_spot(resume_after)
        chosen = None if tests is None else frozenset(tests)
        asked = Asked(True, chosen, Wanted(spot, replay))
        self.chunks = follow_all(Caller(address, ""), asked, None, pace)


def event_key(test_id: str) -> str:
    return f"events:{test_id}"


def merged_ids(client, *test_ids: str) -> list[str]:
    """The truth: what Redis holds of these tests, in the feed's order."""
    found = [
        (parse_cursor(entry_id.decode()), test_id, entry_id.decode())
        for test_id in test_ids
        for entry_id, _ in client.xrange(event_key(test_id))
    ]
    return [f"{entry_id}@{test_id}" for _, test_id, entry_id in sorted(found)]


def list_tests(client, *test_ids: str) -> None:
    """Tests as a writer makes them known, before their first entry."""
    client.sadd("tests:all", *test_ids)


@contextlib.contextmanager
def product_listing(client, url: str):
    """The product at this store, with three tests listed that have no events yet."""
    list_tests(client, *IDS)
    with product_at(url):
        yield client


def add_to(client, test_id: str, *numbers: int) -> None:
    add(client, *numbers, key=event_key(test_id))


def spread(client, *numbers: int) -> None:
    """One entry a number, to one test after the other."""
    for number in numbers:
        add_to(client, IDS[number % len(IDS)], number)
