"""Timing points and statistics as the dictionaries that go out."""

from __future__ import annotations

from typing import Any

from results.analysis.durations import Bucket, DurationStats, OutcomePoint
from results.codec.times import to_text
from results.timings.statistics import TimingStats


def outcome_point(point: OutcomePoint) -> dict[str, Any]:
    return {
        "timestamp": to_text(point.timestamp),
        "duration_ms": point.duration_ms,
        "run_id": point.run_id,
        "outcome": point.outcome,
    }


def timing_stats(found: TimingStats) -> dict[str, Any]:
    shown = {
        "test_id": found.test_id,
        "from": to_text(found.start),
        "to": to_text(found.end),
        "outcome": found.outcome,
        **_stats(found.stats),
        "interval_s": found.interval_s,
        "tz": found.tz,
        "buckets": [_bucket(bucket) for bucket in found.buckets],
    }
    if found.skipped:
        shown["skipped"] = found.skipped
    if found.data_from:
        shown["data_from"] = to_text(found.data_from)
    return shown


def _bucket(bucket: Bucket) -> dict[str, Any]:
    return {
        "start": to_text(bucket.start),
        "end": to_text(bucket.end),
        "unfinished": bucket.unfinished,
        **_stats(bucket.stats),
    }


def _stats(stats: DurationStats) -> dict[str, Any]:
    return {
        "count": stats.count,
        "min": stats.min,
        "max": stats.max,
        "mean": stats.mean,
        "percentiles": dict(stats.percentiles),
    }
