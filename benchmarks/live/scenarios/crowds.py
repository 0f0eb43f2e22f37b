"""Many listeners of one stream: how late events are, and what a listener costs."""

from __future__ import annotations

from benchmarks.live.figures import Row, at_most, beside
from benchmarks.live.loads import Load
from benchmarks.live.measuring import Measured, measure
from benchmarks.live.scenarios.sizes import Scale
from benchmarks.live.servers import POLLING, PRODUCT


async def thousand(scale: Scale) -> list[Row]:
    """1,000 listeners, 10 events/s."""
    load = scale.crowd(1000, rate=10, seconds=15)
    ours, theirs = await measure(PRODUCT, load), await measure(POLLING, load)
    name = named(load)
    return [
        at_most(name, "p99 delay", ours.p99_ms, 150, "ms", theirs.p99_ms),
        at_most(
            name,
            "memory a listener",
            ours.kb_a_listener,
            35,
            "KB",
            theirs.kb_a_listener,
        ),
        *_rest(name, ours, theirs),
    ]


async def five_thousand(scale: Scale) -> list[Row]:
    """5,000 listeners in one process, 2 events/s."""
    # Without the peer: so many polls a second are more than it can do.
    load = scale.crowd(5000, rate=2, seconds=15)
    ours = await measure(PRODUCT, load)
    name = named(load)
    return [
        at_most(name, "p99 delay", ours.p99_ms, 600, "ms"),
        Row(name, "memory a listener", f"{ours.kb_a_listener:.0f} KB"),
        *_rest(name, ours),
    ]


async def ten_thousand(scale: Scale) -> list[Row]:
    """10,000 listeners in one process, everything delivered."""
    load = scale.crowd(10_000, rate=1, seconds=15)
    ours = await measure(PRODUCT, load)
    name = named(load)
    return [
        *_rest(name, ours),
        Row(name, "p99 delay", f"{ours.p99_ms:,.0f} ms"),
        Row(name, "memory a listener", f"{ours.kb_a_listener:.0f} KB"),
    ]


def named(load: Load) -> str:
    """The load as it is called in the table."""
    return f"{load.listeners:,} listeners of one stream, {load.rate:g} events/s"


def _rest(name: str, ours: Measured, theirs: Measured | None = None) -> list[Row]:
    """Without who was busy nobody could tell what a delay means."""
    verdict, cpu = ours.verdict, ours.server.cpu_pct
    return [
        Row(
            name,
            "delivered",
            str(verdict),
            "all",
            verdict.is_exact,
            str(theirs.verdict) if theirs else "",
        ),
        Row(
            name,
            "p50 delay",
            f"{ours.p50_ms:,.0f} ms",
            polling=beside(ours.p50_ms, theirs.p50_ms, "ms") if theirs else "",
        ),
        Row(
            name,
            "server CPU",
            f"{cpu:.0f} %",
            polling=beside(cpu, theirs.server.cpu_pct, "%") if theirs else "",
        ),
        Row(name, "client CPU", f"{ours.client.cpu_pct:.0f} %"),
    ]
