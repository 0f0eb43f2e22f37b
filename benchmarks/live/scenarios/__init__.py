"""What can be asked for by name; every scenario returns its rows of the table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from benchmarks.live.figures import Row
from benchmarks.live.scenarios.sizes import Scale

Scenario = Callable[[Scale], Awaitable[list[Row]]]


def scenarios() -> dict[str, Scenario]:
    """By name, in the order in which they are run."""
    # Imported late: the suite plays some of them without what measuring needs.
    from benchmarks.live.scenarios import (
        all_tests,
        churn,
        crowds,
        gaps,
        idle,
        server_kill,
        store_kill,
        streams,
        stuck,
    )

    return {
        "crowd-1000": crowds.thousand,
        "crowd-5000": crowds.five_thousand,
        "crowd-10000": crowds.ten_thousand,
        "idle": idle.one_stream,
        "idle-streams": idle.many_streams,
        "streams": streams.many,
        "burst": streams.burst,
        "all-tests": all_tests.everything,
        "store-killed-2s": store_kill.short,
        "store-killed-15s": store_kill.long,
        "servers-killed": server_kill.both,
        "churn": churn.restless,
        "stuck": stuck.two_hundred,
        "gaps": gaps.honesty,
    }
