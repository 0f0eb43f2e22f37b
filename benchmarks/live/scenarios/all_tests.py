"""One stream of all tests: whether it is whole and in order, and how late it is."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from benchmarks.live.crowd import Crowd
from benchmarks.live.figures import Row, percentile
from benchmarks.live.loads import JOIN_SECONDS, Load
from benchmarks.live.meter import Meter
from benchmarks.live.scenarios.sizes import LIMITS_OFF, Scale
from benchmarks.live.servers import PRODUCT
from benchmarks.live.stage import Stage, stage
from benchmarks.live.store import Store
from benchmarks.live.verdict import Verdict, judge
from benchmarks.live.writing import write

# From the first stored entry, so that all listeners have to get the same.
PATH = "/api/live?lastEventId=0"
DELIVERY_SECONDS = 60.0


async def everything(scale: Scale) -> list[Row]:
    """100 listeners of all of 200 tests, 200 events/s in all."""
    tests = scale.of(200)
    load = scale.crowd(100, rate=tests, seconds=15, tests=tests)
    async with stage(PRODUCT, LIMITS_OFF) as here:
        async with gathered(here, load) as crowd:
            return await _rows(here, load, crowd)


@contextlib.asynccontextmanager
async def gathered(here: Stage, load: Load) -> AsyncIterator[Crowd]:
    """The crowd once everybody has the one entry that each stream has."""
    for test in load.test_ids:
        here.store.add_test(test)
    async with Crowd(here.ports) as crowd:
        await crowd.join([PATH] * load.listeners)
        if not await crowd.has_received(load.listeners * load.tests, JOIN_SECONDS):
            raise RuntimeError(f"only {crowd.received} events came in")
        yield crowd


async def play(here: Stage, load: Load, crowd: Crowd) -> Verdict:
    """The load's events, compared with all streams in the documented order."""
    store = here.store
    await write(store.url, load.events, rate=load.rate, tests=load.tests)
    await _delivered(store, load, crowd)
    # One entry more, behind which nothing of before can come any longer.
    store.add(load.test_ids[0])
    return judge(crowd.listeners, await _delivered(store, load, crowd))


async def _rows(here: Stage, load: Load, crowd: Crowd) -> list[Row]:
    name = (
        f"{load.listeners} listeners of all {load.tests} tests, {load.rate:g} events/s"
    )
    before = here.store.commands()
    with Meter(here.servers[0].pid).window() as server, Meter().window() as client:
        verdict = await play(here, load, crowd)
    commands = (here.store.commands() - before) / server.seconds
    p50_ms, p99_ms = (1000 * percentile(crowd.delays, p) for p in (50, 99))
    return [
        Row(name, "delivered", str(verdict), "all", verdict.is_exact),
        Row(name, "p50 delay", f"{p50_ms:,.0f} ms"),
        Row(name, "p99 delay", f"{p99_ms:,.0f} ms"),
        Row(name, "server CPU", f"{server.cpu_pct:.0f} %"),
        Row(name, "client CPU", f"{client.cpu_pct:.0f} %"),
        Row(name, "Redis commands a second", f"{commands:,.0f}"),
    ]


async def _delivered(store: Store, load: Load, crowd: Crowd) -> list[str]:
    """Wait until all that is stored has come; that, in order."""
    truth = merged_ids(store, load.test_ids)
    await crowd.has_received(len(truth) * load.listeners, DELIVERY_SECONDS)
    return truth


def merged_ids(store: Store, tests: list[str]) -> list[str]:
    """The truth: every entry's id in the feed, in the order of entry and test id."""
    found = [
        (*map(int, entry_id.split("-")), test)
        for test in tests
        for entry_id in store.ids(test)
    ]
    return [f"{ms}-{seq}@{test}" for ms, seq, test in sorted(found)]
