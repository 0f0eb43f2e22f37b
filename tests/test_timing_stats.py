"""Durations against plain means: outcomes, percentiles, buckets of the clock."""

import math
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.analysis.buckets import INTERVALS, clock_edges, fitting_edges
from results.analysis.durations import OutcomePoint, duration_stats
from results.analysis.lttb import kept_places
from results.analysis.ranges import TimeRange
from results.repository import ResultRepository
from results.run_index.use import IndexUse
from results.timings.statistics import StatsQuestion, TooManyBuckets, timing_stats
from tests.factories import HOUR, NOW, NOW_SCORE, TEST_ID, store_test, to_member
from tests.history_model import newest_copies

UTC = timezone.utc
BERLIN = ZoneInfo("Europe/Berlin")
zones = st.sampled_from(
    [ZoneInfo(n) for n in ("UTC", "Europe/Berlin", "Asia/Kolkata", "America/Santiago")]
    + [ZoneInfo("Australia/Lord_Howe")]
)
durations = st.lists(st.integers(0, 50) | st.floats(0, 50), max_size=40)


@given(durations, st.lists(st.integers(1, 100), min_size=1, max_size=4))
def test_statistics_are_what_counting_gives(values, percentiles):
    found = duration_stats(values, percentiles)
    assert found.count == len(values)
    if not values:
        nothing = [found.min, found.max, found.mean, *found.percentiles.values()]
        assert set(nothing) == {None}
        return
    assert (found.min, found.max) == (min(values), max(values))
    assert found.mean == pytest.approx(sum(values) / len(values), abs=0.0006)
    for of in percentiles:
        value = found.percentiles[f"p{of}"]
        assert value in values
        assert 100 * sum(v <= value for v in values) >= of * len(values)
        assert 100 * sum(v < value for v in values) < of * len(values)


@given(
    zones,
    st.integers(0, 3 * 366 * 24 * 60),
    st.integers(1, 9 * 24 * 60),
    st.sampled_from(list(INTERVALS.values())[3:]),
)
def test_buckets_cover_the_range_and_begin_at_round_times(zone, minute, length, step):
    start = datetime(2024, 1, 1, 0, 0, 30, tzinfo=UTC) + timedelta(minutes=minute)
    end = start + timedelta(minutes=length)
    edges = clock_edges(start, end, step, zone)
    assert edges == sorted(set(edges))
    assert edges[0] <= start < edges[1] and edges[-2] < end <= edges[-1]
    for edge in edges:
        local = edge.astimezone(zone)
        into = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
        before = (edge - timedelta(seconds=1)).astimezone(zone)
        is_shift = before.utcoffset() != local.utcoffset()
        half_hour = step < timedelta(hours=1) or zone.key.endswith("Howe")
        assert not into % min(step, timedelta(hours=1)) or half_hour or is_shift
        if step > timedelta(hours=1):
            assert not into % step or is_shift


@pytest.mark.parametrize(
    "day, step, hours",
    [
        ("2026-03-29", "1h", [1] * 23),
        ("2026-10-25", "1h", [1] * 25),
        ("2026-03-29", "6h", [5, 6, 6, 6]),
        ("2026-10-25", "6h", [7, 6, 6, 6]),
        ("2026-10-25", "12h", [13, 12]),
        ("2026-03-29", "1d", [23]),
        ("2026-02-01", "2h", [2] * 12),
    ],
)
def test_days_of_23_and_of_25_hours(day, step, hours):
    start = datetime.fromisoformat(day).replace(tzinfo=BERLIN)
    end = start.replace(tzinfo=None) + timedelta(days=1)
    edges = clock_edges(
        start.astimezone(UTC),
        end.replace(tzinfo=BERLIN).astimezone(UTC),
        INTERVALS[step],
        BERLIN,
    )
    lengths = [(b - a) / timedelta(hours=1) for a, b in zip(edges, edges[1:])]
    assert lengths == hours


@given(st.integers(1, 4000 * 24), st.integers(1, 300), zones)
def test_the_shortest_interval_that_fits_is_taken(hours, most, zone):
    start = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
    step, edges = fitting_edges(start, start + timedelta(hours=hours), most, zone)
    assert 1 <= len(edges) - 1 <= most or most == 1
    assert edges == clock_edges(start, start + timedelta(hours=hours), step, zone)
    shorter = [known for known in INTERVALS.values() if known < step]
    for known in shorter[-1:]:
        end = start + timedelta(hours=hours)
        assert len(clock_edges(start, end, known, zone)) - 1 > most


spots = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 9)), max_size=60)


@given(spots.map(sorted), st.integers(1, 30))
def test_downsampling_keeps_the_ends_and_some_of_each_stretch(found, most):
    kept = kept_places(found, most)
    assert kept == sorted(set(kept)) and len(kept) == min(most, len(found))
    assert all(0 <= place < len(found) for place in kept)
    if most > 1 and found:
        assert (kept[0], kept[-1]) == (0, len(found) - 1)


def test_downsampling_keeps_what_stands_out():
    flat = [(float(n), 10.0) for n in range(1000)]
    flat[377] = (377.0, 900.0)
    flat[612] = (612.0, 0.0)
    assert {377, 612} <= set(kept_places(flat, 20))


# Runs and timing members that go with them, or not.
runs = st.builds(
    lambda number, passed, copy: to_member(
        {"run_id": f"{number:08x}", "passed": passed, "copy": copy}
    ),
    st.integers(0, 12),
    st.booleans(),
    st.integers(0, 1),
)
scores = st.sampled_from(
    [NOW_SCORE - HOUR * n for n in (0, 1, 1, 1.5, 2, 26)]
    + [-5.0, NOW_SCORE + 300, NOW_SCORE + 301]
)
histories = st.dictionaries(runs | st.just(b"bad"), scores, max_size=16)
timings = st.dictionaries(
    st.builds(
        lambda ms, number, form: form.format(ms=ms, id=f"{number:08x}").encode(),
        st.integers(1, 40),
        st.integers(0, 15),
        st.sampled_from(["{ms}:{id}", "{ms}:{id}", "{id}:{ms}", "{ms}"]),
    )
    | st.just(b"nan"),
    scores,
    max_size=16,
)
ranges = st.sampled_from(
    [
        TimeRange.trailing(timedelta(hours=2), NOW),
        TimeRange.between(None, NOW - timedelta(hours=1), NOW),
        TimeRange.between(NOW - timedelta(hours=3), NOW, NOW),
        TimeRange.between(None, None, NOW),
    ]
)


@pytest.fixture(scope="module", params=["auto", "off"])
def stage(request, server_client):
    def fill(history, timed):
        server_client.flushdb()
        store_test(server_client)
        for key, members in (("results", history), ("timing", timed)):
            if members:
                server_client.zadd(f"{key}:{TEST_ID}", dict(members))
        return ResultRepository(server_client, index=IndexUse(request.param))

    return fill


def model_points(history, timed, within):
    """(time, duration, run id, passed) of each readable member, newest first."""
    of_id = {c.record["run_id"]: c.record["passed"] for c in newest_copies(history)}
    of_time = {}
    for copy in newest_copies(history):
        of_time.setdefault(copy.score, set()).add(copy.record["passed"])
    found = []
    for member, score in sorted(timed.items(), key=lambda p: (p[1], p[0]))[::-1]:
        low = within.start.timestamp() if within.start else 0
        end = within.runs_end.timestamp()
        is_within = low <= score < end or (within.is_trailing and score == end)
        if member == b"nan" or not is_within:
            continue
        halves = member.decode().split(":")
        run_id = next((half for half in halves if len(half) == 8), None)
        duration = int(next(half for half in halves if len(half) < 8))
        at = of_time.get(score, set())
        alike = next(iter(at)) if len(at) == 1 else None
        passed = of_id.get(run_id) if run_id else alike
        found.append((score, duration, run_id, passed))
    return found


@settings(max_examples=120)
@given(histories, timings, ranges, st.integers(1, 9), st.integers(0, 9))
def test_points_of_a_range_are_those_that_are_stored(
    stage, history, timed, within, limit, offset
):
    repository, expected = stage(history, timed), model_points(history, timed, within)
    found = repository.range_points(TEST_ID, within)
    assert [as_row(point) for point in found.points] == expected
    page = repository.timing_outcomes(TEST_ID, within).page(0, 99)
    assert [as_row(point) for point in page.items] == expected
    assert page.total == len(expected) + page.skipped
    assert page.skipped == found.skipped <= list(timed).count(b"nan")
    everything = repository.timing_outcomes(TEST_ID, None).page(offset, limit)
    assert everything.total == len(timed)
    assert len(everything.items) + everything.skipped == max(
        0, min(limit, len(timed) - offset)
    )
    if (
        within.start
        and expected
        and not any(score < within.start.timestamp() for score in timed.values())
    ):
        assert found.data_from.timestamp() <= expected[-1][0]
    else:
        assert found.data_from is None or not expected


def as_row(point):
    return (point.timestamp.timestamp(), *point[1:])


@settings(max_examples=120)
@given(
    histories,
    timings,
    ranges,
    st.sampled_from(["passed", "failed", "all"]),
    st.sampled_from([None, "5m", "1h", "1d"]),
    zones,
)
def test_statistics_of_a_range_and_its_buckets_add_up(
    stage, history, timed, within, outcome, interval, zone
):
    points = stage(history, timed).range_points(TEST_ID, within)
    asked = StatsQuestion(within, outcome, (50, 95), interval, 40, zone)
    found = timing_stats(TEST_ID, asked, *points)
    newest = {}
    for number, (score, duration, run_id, passed) in enumerate(
        model_points(history, timed, within)
    ):
        newest.setdefault(run_id or number, (score, duration, passed))
    wanted = {"passed": (True,), "failed": (False,), "all": (True, False, None)}
    counted = [(s, d) for s, d, passed in newest.values() if passed in wanted[outcome]]
    assert found.stats == duration_stats([d for _, d in counted], (50, 95))
    assert sum(bucket.stats.count for bucket in found.buckets) == len(counted)
    for bucket in found.buckets:
        low, high = bucket.start.timestamp(), bucket.end.timestamp()
        inside = [d for s, d in counted if low <= s < high]
        assert bucket.stats == duration_stats(inside, (50, 95))
        assert bucket.unfinished == (bucket.end > within.end)
        assert (bucket.stats.min is None) == (not inside)
    if interval is None:
        assert len(found.buckets) <= 40


def test_too_many_buckets_are_refused():
    within = TimeRange.trailing(timedelta(days=90), NOW)
    asked = StatsQuestion(within, "all", (50,), "5m", 200, UTC)
    with pytest.raises(TooManyBuckets):
        timing_stats(TEST_ID, asked, [], 0, None)


def test_a_clock_ahead_of_ours_has_its_run_in_a_bucket():
    within = TimeRange.trailing(timedelta(hours=1), NOW)
    ahead = OutcomePoint(NOW + timedelta(seconds=299), 7, "a", True)
    asked = StatsQuestion(within, "passed", (50,), "5m", 200, UTC)
    last = timing_stats(TEST_ID, asked, [ahead], 0, None).buckets[-1]
    assert (last.stats.count, last.unfinished) == (1, True)
    assert math.isclose(last.stats.mean, 7)
