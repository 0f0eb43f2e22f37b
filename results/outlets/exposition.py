"""Metric families of tests, in Prometheus' own types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from results.analysis.observed import Observed
from results.analysis.percentiles import percentile
from results.analysis.shares import percent
from results.codec import times
from results.metrics import counted_status
from results.outlets.snapshot import WINDOWS, Snapshot

Families = Iterable[Metric]
PERCENTILES = (50, 95)


class Answering(Collector):
    """What a function says, collected once."""

    def __init__(self, families: Callable[[], Families]) -> None:
        self._families = families

    def collect(self) -> Families:
        return self._families()


def store_families(is_up: bool) -> Iterator[Metric]:
    """Whether the store answered."""
    up = GaugeMetricFamily("monitor_store_up", "Whether the data store answers.")
    up.add_metric([], float(is_up))
    yield up


def families(found: Snapshot) -> Iterator[Metric]:
    """Everything about tests; a series of a test is absent where nothing is known."""
    yield from _of_all(found)
    yield _info(found)
    yield _gauge(
        "monitor_test_up",
        "State of the test: 1 up, 0 down, absent while unknown.",
        found,
        lambda seen: _number(seen.timeline.state_at(found.now)),
    )
    yield _gauge(
        "monitor_test_last_run_timestamp_seconds",
        "Time of the newest run.",
        found,
        _run,
    )
    yield _gauge(
        "monitor_test_last_pass_timestamp_seconds",
        "Time of the newest run that passed.",
        found,
        _pass,
    )
    yield _runs(found)
    yield _availability(found)
    yield _durations(found)


def _of_all(found: Snapshot) -> Iterator[Metric]:
    tests = GaugeMetricFamily("monitor_tests", "Tests by status.", labels=["status"])
    counts = Counter(map(counted_status, found.listing.statuses))
    for status in ("active", "paused", "error"):
        tests.add_metric([status], counts[status])
    yield tests
    unreadable = GaugeMetricFamily(
        "monitor_unreadable_tests", "Tests with a key of a wrong type."
    )
    unreadable.add_metric([], found.unreadable)
    yield unreadable
    overdue = GaugeMetricFamily(
        "monitor_overdue_tests", "Active tests that should have run by now."
    )
    overdue.add_metric([], found.overdue)
    yield overdue
    took = GaugeMetricFamily(
        "monitor_collection_seconds", "How long it took to read these figures."
    )
    took.add_metric([], found.took_seconds)
    yield took


def _info(found: Snapshot) -> Metric:
    info = GaugeMetricFamily(
        "monitor_test_info", "Always 1.", labels=["test_id", "name", "status"]
    )
    for test in (seen.test for seen in found.glimpses):
        info.add_metric([test.id, test.name or test.id, counted_status(test.status)], 1)
    return info


def _gauge(
    name: str, text: str, found: Snapshot, value: Callable[[Observed], float | None]
) -> Metric:
    gauge = GaugeMetricFamily(name, text, labels=["test_id"])
    for seen in found.observed:
        known = value(seen)
        if known is not None:
            gauge.add_metric([seen.test_id], known)
    return gauge


def _runs(found: Snapshot) -> Metric:
    """A gauge: kept runs become fewer where the oldest are let go."""
    runs = GaugeMetricFamily(
        "monitor_test_runs", "Kept runs by outcome.", labels=["test_id", "outcome"]
    )
    for seen in found.observed:
        counts = {True: 0, False: 0}
        for span in seen.timeline.spans:
            counts[span.passed] += span.runs
        runs.add_metric([seen.test_id, "passed"], counts[True])
        runs.add_metric([seen.test_id, "failed"], counts[False])
    return runs


def _availability(found: Snapshot) -> Metric:
    """The percentage that every answer gives, as a ratio; absent without runs."""
    shares = GaugeMetricFamily(
        "monitor_test_availability_ratio",
        "Passed of all runs in a trailing window.",
        labels=["test_id", "window"],
    )
    for seen in found.observed:
        for window, runs in zip(WINDOWS, seen.counts, strict=True):
            share = percent(runs.passed, runs.total)
            if share is not None:
                shares.add_metric([seen.test_id, window], round(share / 100, 5))
    return shares


def _durations(found: Snapshot) -> Metric:
    durations = GaugeMetricFamily(
        "monitor_test_duration_seconds",
        "Percentiles of the runs that passed among the newest 50.",
        labels=["test_id", "percentile"],
    )
    for test_id, known in found.durations():
        for of_hundred in PERCENTILES:
            duration_ms = percentile(known, of_hundred) or 0
            durations.add_metric([test_id, str(of_hundred)], duration_ms / 1000)
    return durations


def _run(seen: Observed) -> float | None:
    newest = seen.timeline.newest
    return None if newest is None else times.to_score(newest.last_at)


def _pass(seen: Observed) -> float | None:
    passed = (span for span in reversed(seen.timeline.spans) if span.passed)
    newest = next(passed, None)
    return None if newest is None else times.to_score(newest.last_at)


def _number(state: bool | None) -> float | None:
    return None if state is None else float(state)
