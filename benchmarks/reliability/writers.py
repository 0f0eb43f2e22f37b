"""Writers that record runs and try again until the store says that it has them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from redis.exceptions import RedisError

from benchmarks.reliability.audit import RunName
from results.recorder import LevelRefused, NotConfirmed, Recorder

BEGIN = datetime(2026, 2, 14, 10, tzinfo=UTC)
PAUSE_SECONDS = 0.005


class Writers:
    """So many threads, each with a test and a recorder of its own."""

    def __init__(self, new_recorder: Callable[[], Recorder], count: int = 8) -> None:
        self.tried: dict[RunName, bool] = {}
        self.acknowledged: list[RunName] = []
        self.failures: dict[str, int] = {}
        self._new = new_recorder
        self._is_over = threading.Event()
        self._give_up = 0.0
        self._threads = [
            threading.Thread(target=self._write, args=(f"writer{n}",))
            for n in range(count)
        ]

    def start(self) -> None:
        """Begin to record."""
        for thread in self._threads:
            thread.start()

    def has_acknowledged(self, count: int, seconds: float = 60.0) -> None:
        """Return when so many more runs are stored, by what the store says."""
        wanted, deadline = len(self.acknowledged) + count, time.monotonic() + seconds
        while len(self.acknowledged) < wanted:
            if time.monotonic() > deadline:
                raise TimeoutError(f"runs are not stored: {self.failures}")
            time.sleep(0.001)

    def stop(self) -> None:
        """Return when each has stored its last run; after 30 s it gives up."""
        self._give_up = time.monotonic() + 30
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _is_open(self, test_id: str, number: int) -> bool:
        """Whether the run was tried, and has to be stored yet."""
        name = (test_id, str(run_of(test_id, number)["run_id"]))
        return name in self.tried and time.monotonic() < self._give_up

    def _write(self, test_id: str) -> None:
        recorder: Recorder | None = None
        number = 0
        while not self._is_over.is_set() or self._is_open(test_id, number):
            run = run_of(test_id, number)
            name = (test_id, str(run["run_id"]))
            self.tried[name] = run["passed"]
            try:
                recorder = recorder or self._new()
                recorder.record_run(test_id, run)
            except (RedisError, OSError, NotConfirmed, LevelRefused) as failure:
                kind = type(failure).__name__
                self.failures[kind] = self.failures.get(kind, 0) + 1
                time.sleep(PAUSE_SECONDS)
                continue
            self.acknowledged.append(name)
            number += 1
        if recorder:
            recorder.close()


def run_of(test_id: str, number: int) -> dict[str, Any]:
    """A run; every third one fails."""
    started = BEGIN + timedelta(seconds=number)
    return {
        "run_id": f"{test_id}-{number:06d}",
        "passed": number % 3 != 0,
        "duration_ms": 1000 + number,
        "error": None if number % 3 else "Step 2 failed.",
        "details": "x" * 200,
        "started_at": started.isoformat().replace("+00:00", "Z"),
    }
