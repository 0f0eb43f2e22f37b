"""The live feed's figures, in one object for tests, `/readyz` and metrics to read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class HubMetrics:
    """What the feed does in this process, and did since the process began.

    `entries` counts what was read once for all, `deliveries` what was sent to each;
    `resets` goes by reason; `dropped` are clients that did not read; `refused` those
    over a limit; `lag_ms` is how old the newest entry was when it was read, by the
    clocks of Redis and of this machine.
    """

    listeners: int = 0
    streams: int = 0
    entries: int = 0
    deliveries: int = 0
    resets: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
    refused: int = 0
    outages: int = 0
    restarts: int = 0
    lag_ms: float | None = None
