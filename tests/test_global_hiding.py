"""Scrubbers of many tests: read again when they may have changed, and not before."""

import asyncio

import pytest

from results.live.cursors import Cursor
from results.live.everything.hiding import Hiding
from results.live.everything.spot import Spot
from results.live.hub_log import Findings
from results.scrub import Scrubber


class Log:
    """Answers with a new scrubber each time, and remembers what was asked."""

    def __init__(self):
        self.asked = []

    async def examine(self, stale, anchors):
        self.asked.append(sorted(stale))
        return Findings({test_id: Scrubber.hiding([], True) for test_id in stale}, {})


def entry(test_id, ms, type_=b"step_start"):
    return Spot(Cursor(ms, 0), test_id), (b"x", {b"type": type_})


def asked(*readings):
    """What each of the readings, entries and the clock, asked for."""
    log, hiding = Log(), Hiding()
    for entries, now_ms in readings:
        found = asyncio.run(hiding.scrubbers(log, entries, now_ms))
        assert set(found) == {spot.test_id for spot, _ in entries}
    return log.asked


def test_each_test_is_asked_for_once_in_ten_seconds():
    readings = [([entry("a", 1)], 10), ([entry("a", 11), entry("b", 12)], 20)]
    assert asked(*readings, ([entry("a", 30)], 9_999)) == [["a"], ["b"]]
    assert asked(*readings, ([entry("a", 30)], 10_010)) == [["a"], ["b"], ["a"]]


def test_a_run_that_begins_has_its_test_asked_for_again():
    begins = entry("a", 15, b"plan_start")
    readings = [([entry("a", 1), entry("b", 2)], 10), ([begins, entry("b", 16)], 20)]
    assert asked(*readings) == [["a", "b"], ["a"]]


def test_a_run_that_had_begun_by_then_does_not():
    readings = [([entry("a", 1)], 10), ([entry("a", 5, b"plan_start")], 20)]
    assert asked(*readings) == [["a"]]


@pytest.mark.parametrize("now_ms", [0, 9])
def test_a_clock_that_stepped_back_makes_all_that_is_known_old(now_ms):
    assert asked(([entry("a", 1)], 10), ([entry("a", 2)], now_ms)) == [["a"], ["a"]]


def test_nothing_is_asked_for_without_entries():
    assert asked(([], 10)) == []
