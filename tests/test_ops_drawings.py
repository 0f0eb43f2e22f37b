"""Bars and lines of the ops pages: each says in words what it shows."""

from datetime import timedelta

from results.analysis.observed import RunCounts
from results.analysis.slots import Slot
from results.analysis.timeline import StateTime
from results.domain import TimingPoint
from results.ops.drawings import bars_of, sparkline
from tests.factories import NOW
from tests.page_reading import PageReader

NONE = StateTime(*[timedelta(0)] * 3)


def day(passed, failed, ago=0):
    start = NOW - timedelta(days=ago)
    runs = RunCounts(passed, failed)
    return Slot(start, start + timedelta(days=1), runs, NONE)


def points(*durations):
    """Newest first, as they are read."""
    return [
        TimingPoint(NOW - timedelta(minutes=n), duration, f"r{n}")
        for n, duration in enumerate(durations)
    ]


def test_a_bar_says_date_state_runs_and_failures():
    days = [day(2, 0, 3), day(1, 1, 2), day(0, 1, 1), day(0, 0)]
    page = PageReader(bars_of(days, "/ops/tests/a/"))
    assert [attributes["title"] for _, attributes in page.tags] == [
        "13 Feb 2026: up, 2 runs, 0 failed",
        "14 Feb 2026: partly down, 2 runs, 1 failed",
        "15 Feb 2026: down, 1 run, 1 failed",
        "16 Feb 2026: no data",
    ]
    assert [name for name, _ in page.tags] == ["a", "a", "a", "i"]
    assert page.hrefs[0].startswith("/ops/tests/a/?from=2026-02-13T12%3A00%3A00Z&to=")


def test_a_full_page_of_bars_leaves_room_for_the_rest_of_half_a_megabyte():
    days = [day(1234, 56, ago) for ago in range(30)]
    assert 50 * len(bars_of(days, f"/ops/tests/{'x' * 64}/")) < 400_000


def test_a_line_says_its_range_its_newest_value_and_its_failures():
    page = PageReader(sparkline(points(2000, 500, 1000), failed={"r1"}))
    (drawing,) = page.named("svg")
    assert drawing["role"] == "img"
    assert drawing["aria-label"] == (
        "Last 3 durations: 500 ms to 2.0 s, newest 2.0 s; 1 of runs that failed"
    )
    (line,) = page.named("polyline")
    heights = [float(place.split(",")[1]) for place in line["points"].split()]
    # The oldest first, and the slowest on top.
    assert heights[2] < heights[0] < heights[1]
    assert [dot["class"] for dot in page.named("circle")] == ["failed"]


def test_a_single_duration_is_a_dot_and_none_are_nothing():
    page = PageReader(sparkline(points(0), failed=set()))
    assert len(page.named("circle")) == 1
    assert "Last 1 duration: 0 ms to 0 ms" in page.named("svg")[0]["aria-label"]
    assert sparkline([], failed=set()) == ""
