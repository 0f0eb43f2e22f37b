"""The store dies and comes back every few seconds while it is read."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

from benchmarks.reliability.crowd import Crowd, paths_of, recovered
from benchmarks.reliability.rows import Row
from benchmarks.reliability.stage import Stage, stage
from monitor.threaded import STORELESS_THREADS, THREADS

CLIENTS, PAUSE = 32, 0.2
FLAP_SECONDS, WHOLE_SECONDS, LEAST_SECONDS = 3.0, 120.0, 1.0

# What a pool may hold on to: the threads', each with one of its trips and one besides.
MOST_CONNECTIONS = 2 * (THREADS + STORELESS_THREADS)


def lane(scale: float) -> list[Row]:
    """For two minutes, or as much of them as the scale says."""
    return [asyncio.run(_played(max(LEAST_SECONDS, WHOLE_SECONDS * scale)))]


async def _played(seconds: float) -> Row:
    began = time.monotonic()
    async with stage() as here:
        before, kills = here.files(), 0
        crowd = Crowd(here.server.port, paths_of(here.test_ids), CLIENTS, PAUSE)
        await asyncio.sleep(1)
        end = time.monotonic() + seconds
        while not kills or time.monotonic() < end:
            kills += 1
            await _flap(here)
        await recovered(crowd, time.monotonic())
        await crowd.end()
        after = here.files()
    statuses = Counter(answer.status for _, answer in crowd.answers)
    wrong = sum(n for status, n in statuses.items() if status not in (200, 503))
    bodies = [answer for _, answer in crowd.answers if answer.status == 503]
    counts = {
        "kills": kills,
        "answers": len(crowd.answers),
        "ok": statuses[200],
        "unavailable": statuses[503],
        "other": wrong + sum(not answer.is_error_body() for answer in bodies),
        "files_before": before,
        "files_after": after,
        "leaked": max(0, after - before - MOST_CONNECTIONS),
    }
    return Row(
        test="store-flapping",
        title="Store that comes and goes",
        setting=f"`serve`, one process; {CLIENTS} clients that pause {PAUSE} s; "
        "appendfsync everysec",
        fault=f"SIGKILL of the store and a start, {FLAP_SECONDS:g} s each",
        says="over {kills} kills {ok} answers were 200, {unavailable} were 503 with "
        "the error body and {other} were anything else; {leaked} connections leaked "
        "(files open: {files_before} before, {files_after} after, with the "
        "connections of its pool)",
        counts=counts,
        duration_seconds=time.monotonic() - began,
        asked="only 200 and 503, 0 leaked",
        met=counts["other"] == counts["leaked"] == 0,
    )


async def _flap(here: Stage) -> None:
    here.store.kill()
    await asyncio.sleep(FLAP_SECONDS)
    await asyncio.to_thread(here.store.start_again)
    await asyncio.sleep(FLAP_SECONDS)
