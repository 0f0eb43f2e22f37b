"""What a process costs: CPU and memory, read from outside."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil


@dataclass(slots=True)
class Usage:
    """CPU seconds of a window, and how long it was; both grow until it is left."""

    cpu_seconds: float = 0.0
    seconds: float = 0.0

    @property
    def cpu_pct(self) -> float:
        """Of one core."""
        return 100 * self.cpu_seconds / self.seconds


class Meter:
    """One process with all its children, or this one."""

    def __init__(self, pid: int | None = None) -> None:
        # Imported late: the suite plays scenarios without what measuring needs.
        import psutil

        self._process = psutil.Process(pid)

    @property
    def resident_bytes(self) -> int:
        return sum(process.memory_info().rss for process in self._family())

    @contextmanager
    def window(self) -> Iterator[Usage]:
        """Measure what happens inside; the result is complete when it is left."""
        usage = Usage()
        before, since = self._cpu_seconds(), time.monotonic()
        yield usage
        usage.cpu_seconds = self._cpu_seconds() - before
        usage.seconds = time.monotonic() - since

    def _cpu_seconds(self) -> float:
        times = [process.cpu_times() for process in self._family()]
        return sum(spent.user + spent.system for spent in times)

    def _family(self) -> list[psutil.Process]:
        # Our own children are servers and writers, which are measured by themselves.
        is_ours = self._process.pid == os.getpid()
        children = [] if is_ours else self._process.children(recursive=True)
        return [self._process, *children]
