"""Many streams at once, and many events at once."""

from __future__ import annotations

from benchmarks.live.figures import Row, at_most, beside
from benchmarks.live.measuring import measure
from benchmarks.live.scenarios.sizes import Scale
from benchmarks.live.servers import POLLING, PRODUCT


async def many(scale: Scale) -> list[Row]:
    """500 streams with 4 listeners each, 500 events/s in all."""
    tests = scale.of(500)
    load = scale.crowd(2000, rate=tests, seconds=15, tests=tests)
    ours, theirs = await measure(PRODUCT, load), await measure(POLLING, load)
    name = f"{tests} streams x 4 listeners, {load.rate:g} events/s"
    verdict = ours.verdict
    return [
        at_most(name, "p50 delay", ours.p50_ms, 15, "ms", theirs.p50_ms),
        Row(
            name,
            "p99 delay",
            f"{ours.p99_ms:,.0f} ms",
            polling=beside(ours.p99_ms, theirs.p99_ms, "ms"),
        ),
        Row(name, "delivered", str(verdict), "all", verdict.is_exact),
        Row(
            name,
            "server CPU",
            f"{ours.server.cpu_pct:.0f} %",
            polling=beside(ours.server.cpu_pct, theirs.server.cpu_pct, "%"),
        ),
        Row(name, "client CPU", f"{ours.client.cpu_pct:.0f} %"),
    ]


async def burst(scale: Scale) -> list[Row]:
    """1,000 entries at once to 1,000 listeners."""
    load = scale.crowd(1000, events=scale.of(1000))
    ours, theirs = await measure(PRODUCT, load), await measure(POLLING, load)
    name = f"burst of {load.events:,} entries to {load.listeners:,} listeners"
    verdict = ours.verdict
    return [
        at_most(name, "until delivered", ours.seconds, 4, "s", theirs.seconds),
        at_most(name, "Redis commands", ours.commands, 50, "", theirs.commands),
        Row(
            name,
            "delivered",
            str(verdict),
            "all",
            verdict.is_exact,
            str(theirs.verdict),
        ),
        Row(name, "client CPU", f"{ours.client.cpu_pct:.0f} %"),
    ]
