"""Reads through a proxy that damages replies: nobody gets what another asked for."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter

from benchmarks.reliability.asking import Answer, Client
from benchmarks.reliability.fault_proxy import (
    dribbled,
    garbled,
    late,
    lost,
    sometimes,
    swallowed,
    torn,
)
from benchmarks.reliability.rows import Row
from benchmarks.reliability.stage import HOST, Stage, stage

READS, LEAST_READS, TESTS, CLIENTS = 10_000, 150, 20, 16
# Replies that come later than a reader waits are the ones that could meet another.
FLAKY = sometimes(
    0.02, late(1.2), late(0.2), torn, lost, garbled, swallowed, dribbled(0.01)
)
PATHS = ("", "/results", "/results/{run}", "/incidents", "/results?limit=3&offset=5")


def lane(scale: float) -> list[Row]:
    """10,000 answered reads, or as many as the scale says."""
    return [asyncio.run(_played(max(LEAST_READS, int(READS * scale))))]


async def _played(reads: int) -> Row:
    began = time.monotonic()
    async with stage(tests=TESTS, is_proxied=True) as here:
        assert here.proxy
        counted: Counter[str] = Counter()
        # Each has been read once, so that indexes are there.
        await _read(here, random.Random(0), Counter(), TESTS)
        here.proxy.choice = FLAKY
        share = reads // CLIENTS + 1
        chances = [random.Random(number) for number in range(CLIENTS)]
        await asyncio.gather(*(_read(here, c, counted, share) for c in chances))
        damaged = here.proxy.damaged
    counts = {
        "reads": counted["ok"],
        "foreign": counted["foreign"],
        "unavailable": counted["unavailable"],
        "other": counted["other"],
        "damaged": damaged,
    }
    return Row(
        test="tagged-reads",
        title="Tagged reads through a flaky proxy",
        setting=f"`serve`, one process, {CLIENTS} clients, {TESTS} tests, seeds fixed",
        fault="1 in 50 replies of the store late (0.2 s, 1.2 s), torn, lost, garbage, "
        "swallowed or dribbled",
        says="{foreign} of {reads} answered reads held anything of another test; "
        "{unavailable} more were 503 and {other} anything else ({damaged} replies were "
        "damaged)",
        counts=counts,
        duration_seconds=time.monotonic() - began,
        asked="0 foreign replies",
        met=counts["foreign"] == counts["other"] == 0,
    )


async def _read(
    here: Stage, chance: random.Random, counted: Counter[str], wanted: int
) -> None:
    """Until so many of this reader's were answered."""
    client = Client(HOST, here.server.port)
    while wanted:
        test_id = chance.choice(here.test_ids)
        run = f"{test_id[-3:]}{chance.randrange(20):05d}"
        path = chance.choice(PATHS).format(run=run)
        kind = judged(await client.get(f"/api/tests/{test_id}{path}"), test_id)
        counted[kind] += 1
        if kind == "unavailable":
            # As a client would that was told to come back later, only sooner.
            await asyncio.sleep(0.2)
        wanted -= kind in ("ok", "foreign")
    await client.close()


def judged(answer: Answer, test_id: str) -> str:
    """`ok`, `foreign` (something of another test), `unavailable` or `other`."""
    if answer.status == 503 and answer.is_error_body():
        return "unavailable"
    if answer.status != 200:
        return "other"
    text = answer.body.decode()
    tags = {part[:8] for part in text.split("tag")[1:]}
    tags = {f"tag{tag[:5]}" for tag in tags}
    json.loads(text)
    return "ok" if tags == {test_id} else "foreign"
