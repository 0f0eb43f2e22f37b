"""The store is stopped (SIGSTOP) under readers, and goes on after a while."""

from __future__ import annotations

import asyncio
import os
import signal
import time

from benchmarks.live.figures import percentile
from benchmarks.reliability.asking import Answer
from benchmarks.reliability.crowd import STORELESS, Crowd, paths_of, recovered
from benchmarks.reliability.rows import Row
from benchmarks.reliability.stage import Stage, stage

CLIENTS, STORED_PAUSE = 64, 0.5
STORELESS_CLIENTS, STORELESS_PAUSE = 4, 0.2
STOPPED_SECONDS, LEAST_SECONDS = 30.0, 3.5
# By then all threads have had their time-out, and the breaker is open.
OPEN_AFTER_SECONDS = 1.5


def lane(scale: float) -> list[Row]:
    """Stopped for 30 s, or as much of that as the scale says."""
    return [asyncio.run(_played(max(LEAST_SECONDS, STOPPED_SECONDS * scale)))]


async def _played(stopped_seconds: float) -> Row:
    began = time.monotonic()
    async with stage() as here:
        port = here.server.port
        readers = Crowd(port, paths_of(here.test_ids), CLIENTS, STORED_PAUSE)
        others = Crowd(port, STORELESS, STORELESS_CLIENTS, STORELESS_PAUSE)
        await asyncio.sleep(2)
        stopped_at, continued_at = await _stopped(here, stopped_seconds)
        recovery = await recovered(readers, continued_at)
        await asyncio.gather(readers.end(), others.end())
    # What was under way when the store stopped or went on may be either.
    asked = readers.between(stopped_at, continued_at - 1.25)
    opened = [a for a in asked if a.asked_at >= stopped_at + OPEN_AFTER_SECONDS]
    free = others.between(stopped_at, continued_at)
    return _row(asked, opened, free, recovery, stopped_seconds, began)


async def _stopped(here: Stage, seconds: float) -> tuple[float, float]:
    os.kill(here.store.pid, signal.SIGSTOP)
    stopped_at = time.monotonic()
    try:
        await asyncio.sleep(seconds)
    finally:
        os.kill(here.store.pid, signal.SIGCONT)
    return stopped_at, time.monotonic()


def _row(
    asked: list[Answer],
    opened: list[Answer],
    free: list[Answer],
    recovery: float,
    stopped_seconds: float,
    began: float,
) -> Row:
    fine = sum(
        a.status == 503 and "retry-after" in a.headers and a.is_error_body()
        for a in asked
    )
    counts = {
        "answers": len(asked),
        "unavailable": fine,
        "p99_s": round(percentile([a.seconds for a in asked], 99), 3),
        "open_answers": len(opened),
        "open_p99_ms": round(percentile([a.seconds for a in opened], 99) * 1000, 1),
        "free_answers": len(free),
        "free_ok": sum(a.status == 200 for a in free),
        "free_p99_ms": round(percentile([a.seconds for a in free], 99) * 1000, 1),
        "recovery_s": round(recovery, 2),
    }
    met = (
        fine == len(asked)
        and counts["free_ok"] == len(free)
        and counts["p99_s"] <= 2.25
        and counts["open_p99_ms"] <= 50
        and counts["free_p99_ms"] <= 200
        and recovery <= 1
    )
    return Row(
        test="store-stopped",
        title="Store stopped under readers",
        setting=f"`serve`, one process; {CLIENTS} clients that pause {STORED_PAUSE} s, "
        f"{STORELESS_CLIENTS} that ask for health and documentation",
        fault=f"SIGSTOP of the store for {stopped_seconds:.0f} s",
        says="{unavailable} of {answers} answers were 503 with the error body and "
        "`Retry-After`, p99 {p99_s} s; of those asked "
        f"{OPEN_AFTER_SECONDS} s or more after the stop p99 "
        "{open_p99_ms} ms ({open_answers}); health and documentation: {free_ok} of "
        "{free_answers} were 200, p99 {free_p99_ms} ms; the last 503 came "
        "{recovery_s} s after the store went on",
        counts=counts,
        duration_seconds=time.monotonic() - began,
        asked="all 503; p99 <= 2.25 s, then <= 50 ms; health <= 200 ms; back <= 1 s",
        met=met,
    )
