"""What the very first read of a long history costs, before anything is indexed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.processes import ServerProcess
from benchmarks.reads.load import SETTLE_PAUSE_SECONDS, SETTLE_SECONDS, Unanswered, ask


@dataclass(frozen=True)
class FirstRead:
    """Until the first 200: seconds, CPU seconds, how many 503 came before it, and how
    much memory the server took for it."""

    seconds: float
    cpu_seconds: float
    refused: int
    more_bytes: int


def first_reads(
    servers: Mapping[str, ServerProcess], path: str
) -> dict[str, FirstRead | None]:
    """One for each server, in turn; None where no answer came within a minute."""
    return {name: _first_read(server, path) for name, server in servers.items()}


def _first_read(server: ServerProcess, path: str) -> FirstRead | None:
    server.forget_peak()
    before, refused = server.memory_bytes(), 0
    started, cpu = time.monotonic(), server.cpu_seconds()
    while time.monotonic() - started < SETTLE_SECONDS:
        try:
            ask(server.url, path, 1, {})
        except Unanswered:
            refused += 1
            time.sleep(SETTLE_PAUSE_SECONDS)
            continue
        return FirstRead(
            time.monotonic() - started,
            server.cpu_seconds() - cpu,
            refused,
            server.peak_bytes() - before,
        )
    return None
