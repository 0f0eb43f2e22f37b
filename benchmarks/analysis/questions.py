"""What is asked: answers whose size does not depend on the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.reads.data_sets import run_id_of

Path = Callable[[int], str]


def of_a_test(size: int) -> str:
    """Where the test with so many runs is."""
    return f"/api/tests/every{size}"


# A run every 15 minutes, so that a window holds the same however long the history is.
OVER_RUNS: Mapping[str, Path] = {
    "availability, 24 h": lambda n: f"{of_a_test(n)}/availability?windows=24h",
    "availability, 24 h to 90 d": lambda n: (
        f"{of_a_test(n)}/availability?windows=24h,7d,30d,90d"
    ),
    "slots, 30 days": lambda n: (
        f"{of_a_test(n)}/availability/slots?bucket=day&count=30"
    ),
    "outages, 20": lambda n: f"{of_a_test(n)}/outages?limit=20",
    "timing statistics, 24 h": lambda n: f"{of_a_test(n)}/timing/stats?window=24h",
    "steps, 24 h": lambda n: f"{of_a_test(n)}/steps?window=24h",
    "failed runs, 20": lambda n: f"{of_a_test(n)}/results?outcome=failed&limit=20",
    "a run and its neighbours": lambda n: (
        f"{of_a_test(n)}/results/{run_id_of(n // 2)}?neighbours=true"
    ),
    "badge of uptime": lambda n: f"/badges/every{n}/uptime.svg",
}

# Of so many tests with a hundred runs each.
OVER_TESTS: Mapping[str, str] = {
    "summary, a page of 50": "/api/summary?limit=50",
    "dashboard": "/api/dashboard",
    "outages of all tests, 20": "/api/outages?limit=20",
    "metrics": "/metrics",
}
