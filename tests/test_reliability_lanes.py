"""The lanes of `benchmarks.reliability`, small: what they ask holds here, too, but for
times, which this machine may be too busy to keep."""

import pytest

from benchmarks.reliability import flapping, fuzzed, stopped, tagged

pytestmark = [pytest.mark.benchmarks, pytest.mark.timeout(300)]
SMALL = 0.0


def only_row(lane):
    (row,) = lane(SMALL)
    return row, row.counts


def test_a_stopped_store_is_503_for_everybody_and_health_stays():
    row, counts = only_row(stopped.lane)
    assert counts["answers"] > 0 and counts["open_answers"] > 0, row.sentence()
    assert counts["unavailable"] == counts["answers"], row.sentence()
    assert counts["free_ok"] == counts["free_answers"] > 0, row.sentence()


def test_a_flapping_store_is_200_or_503_and_leaks_nothing():
    row, counts = only_row(flapping.lane)
    assert counts["kills"] and counts["ok"] and counts["unavailable"], row.sentence()
    assert counts["other"] == counts["leaked"] == 0, row.sentence()


def test_nobody_gets_the_answer_to_anothers_question():
    row, counts = only_row(tagged.lane)
    assert counts["reads"] >= 150 and counts["damaged"], row.sentence()
    assert counts["foreign"] == counts["other"] == 0, row.sentence()


def test_hostile_requests_are_refused_and_never_a_fault():
    row, counts = only_row(fuzzed.lane)
    assert counts["requests"] >= 800 and counts["ok"] and counts["refused"]
    wrong = counts["faults"] + counts["not_json"] + counts["unanswered"]
    assert wrong == 0, row.sentence()
