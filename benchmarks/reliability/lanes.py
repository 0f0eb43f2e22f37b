"""The lanes by name: what can be broken, and who breaks it."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.reliability.rows import Row

# Given how much of the whole is wanted (1.0 is the long lane); rows are not yet kept.
Lane = Callable[[float], list[Row]]


def lanes() -> dict[str, Lane]:
    """By name, in the order in which they are run; each needs what it imports."""
    from benchmarks.reliability import (
        failovers,
        flapping,
        fuzzed,
        stopped,
        tagged,
        writes,
    )

    return {
        "store-stopped": stopped.lane,
        "store-flapping": flapping.lane,
        "tagged-reads": tagged.lane,
        "hostile-requests": fuzzed.lane,
        "lost-replies": writes.lost_replies,
        "store-kills": writes.kills,
        "power-cuts": writes.power_cuts,
        "failovers": failovers.lane,
    }
