"""Metric families of the live feed in this process, with the process as a label."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)

from results.live import hub
from results.live.measures import HubMetrics

GAUGES = {
    "listeners": "Streams that are open.",
    "streams": "Event streams that are followed.",
}
COUNTERS = {
    "entries": "Entries that were read, once for all listeners.",
    "deliveries": "Entries that were sent, to each listener.",
    "dropped": "Clients that did not read and were given up.",
    "refused": "Clients that were one too many.",
    "outages": "Times that the store did not answer the reader.",
    "restarts": "Times that a reader was started again.",
}


def stream_families() -> Iterator[Metric]:
    """The figures of this process' hubs, added up."""
    worker, measured = str(os.getpid()), hub.measured()
    for name, text in GAUGES.items():
        gauge = GaugeMetricFamily(f"monitor_live_{name}", text, labels=["worker"])
        gauge.add_metric([worker], _sum(measured, name))
        yield gauge
    for name, text in COUNTERS.items():
        counter = CounterMetricFamily(f"monitor_live_{name}", text, labels=["worker"])
        counter.add_metric([worker], _sum(measured, name))
        yield counter
    yield _resets(worker, measured)
    yield _lag(worker, measured)


def _resets(worker: str, measured: list[HubMetrics]) -> Metric:
    resets = CounterMetricFamily(
        "monitor_live_resets", "Resets by reason.", labels=["worker", "reason"]
    )
    counts = sum((metrics.resets for metrics in measured), Counter[str]())
    for reason, count in sorted(counts.items()):
        resets.add_metric([worker, reason], count)
    return resets


def _lag(worker: str, measured: list[HubMetrics]) -> Metric:
    """By two clocks, so it may be below nothing; absent before the first entry."""
    lag = GaugeMetricFamily(
        "monitor_live_lag_seconds",
        "Age of the newest entry when it was read.",
        labels=["worker"],
    )
    known = [m.lag_ms for m in measured if m.lag_ms is not None]
    if known:
        lag.add_metric([worker], max(known) / 1000)
    return lag


def _sum(measured: list[HubMetrics], name: str) -> float:
    return float(sum(getattr(metrics, name) for metrics in measured))
