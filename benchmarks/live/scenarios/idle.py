"""Listeners to whom nothing happens: what they cost all the same."""

from __future__ import annotations

from benchmarks.live.figures import Row, at_most
from benchmarks.live.measuring import measure_idle
from benchmarks.live.scenarios.sizes import Scale
from benchmarks.live.servers import POLLING, PRODUCT

# A comment is due every 15 s; a window of two counts what they cost.
SECONDS = 30.0


async def one_stream(scale: Scale) -> list[Row]:
    """2,000 idle listeners of one stream, beside as many who poll."""
    load = scale.crowd(2000)
    name = f"{load.listeners:,} idle listeners of one stream"
    usage, commands = await measure_idle(PRODUCT, load, scale.seconds(SECONDS))
    polling = await measure_idle(POLLING, load, scale.seconds(SECONDS))
    return [
        at_most(name, "server CPU", usage.cpu_pct, 3, "%", polling[0].cpu_pct),
        at_most(name, "Redis commands", commands, 1, "/s", polling[1]),
    ]


async def many_streams(scale: Scale) -> list[Row]:
    """2,000 idle listeners of 100 streams."""
    load = scale.crowd(2000, tests=scale.of(100))
    name = f"{load.listeners:,} idle listeners of {load.tests} streams"
    usage, commands = await measure_idle(PRODUCT, load, scale.seconds(SECONDS))
    return [
        at_most(name, "server CPU", usage.cpu_pct, 3, "%"),
        at_most(name, "Redis commands", commands, 1, "/s"),
    ]
