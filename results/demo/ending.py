"""Ctrl-C and SIGTERM, heard at once and obeyed at safe places.

Python would raise KeyboardInterrupt between any two instructions: inside another
thread's lock, where it leaves that locked for ever, or in a finalizer, where it is
lost. So a signal is noted, and whoever works asks between two steps.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

# How long a step may take, once the end is wanted, before it is interrupted after all.
PATIENCE_SECONDS = 2.0
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)


class Ending:
    """Whether somebody wants the end; `check` raises KeyboardInterrupt then."""

    def __init__(self) -> None:
        self.is_wanted = False

    def check(self) -> None:
        """Go on, or leave from here."""
        if self.is_wanted:
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def heard(self) -> Iterator[None]:
        """Inside the block both signals are noted, also where a shell's `&` had one
        ignored; a server that runs meanwhile has handlers of its own."""
        before = [signal.signal(end, self._note) for end in ENDS]
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            for end, handler in zip(ENDS, before, strict=True):
                signal.signal(end, handler)

    def _note(self, signum: int, frame: FrameType | None) -> None:
        if self.is_wanted:
            # Asked twice, or a step that does not end: a store that hangs, say.
            raise KeyboardInterrupt
        self.is_wanted = True
        signal.setitimer(signal.ITIMER_REAL, PATIENCE_SECONDS)
