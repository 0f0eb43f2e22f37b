"""Listeners who are all there before the first event, and what they are sent."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from benchmarks.live.crowd import Crowd
from benchmarks.live.listener import Listener
from benchmarks.live.stage import Stage
from benchmarks.live.verdict import Verdict, judge, total
from benchmarks.live.writing import test_id, write

JOIN_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Load:
    """Listeners spread over tests, and events spread over the same; a rate of 0 is
    all of them at once. `sources` is from how many addresses listeners come."""

    listeners: int
    events: int
    rate: float = 0
    tests: int = 1
    padding: int = 0
    sources: int = 1

    @property
    def test_ids(self) -> list[str]:
        return [test_id(number) for number in range(self.tests)]

    @property
    def paths(self) -> list[str]:
        return [path(number % self.tests) for number in range(self.listeners)]


def path(number: int = 0) -> str:
    """The address of the n-th test's feed."""
    return f"/api/tests/{test_id(number)}/live"


@contextlib.asynccontextmanager
async def gathered(
    here: Stage,
    load: Load,
    *,
    comes_back: bool = False,
    pause_seconds: float | None = None,
) -> AsyncIterator[Crowd]:
    """The crowd once everybody has the one entry that each stream has."""
    for test in load.test_ids:
        here.store.add_test(test)
    crowd = Crowd(
        here.ports,
        comes_back=comes_back,
        pause_seconds=pause_seconds,
        sources=load.sources,
    )
    async with crowd:
        await crowd.join(load.paths)
        if not await crowd.has_received(load.listeners, JOIN_SECONDS):
            raise RuntimeError(f"only {crowd.received} listeners came in")
        yield crowd


async def send(here: Stage, load: Load) -> None:
    """Write the load's events."""
    await write(
        here.store.url,
        load.events,
        rate=load.rate,
        tests=load.tests,
        padding=load.padding,
    )


async def verdict(here: Stage, load: Load, crowd: Crowd, seconds: float) -> Verdict:
    """Whether everybody got what was stored so far, given so long, and then one entry
    more, behind which nothing of before can come any longer."""
    found = await _everything(here, load, crowd, seconds)
    if not found.is_exact:
        return found
    for test in load.test_ids:
        here.store.add(test)
    return await _everything(here, load, crowd, seconds)


async def _everything(here: Stage, load: Load, crowd: Crowd, seconds: float) -> Verdict:
    audience: dict[str, list[Listener]] = {path(n): [] for n in range(load.tests)}
    for listener in crowd.listeners:
        audience[listener.path].append(listener)
    truths = map(here.store.ids, load.test_ids)
    pairs = list(zip(audience.values(), truths, strict=True))
    await crowd.has_received(sum(len(a) * len(t) for a, t in pairs), seconds)
    return total(judge(listeners, truth) for listeners, truth in pairs)
