"""How many requests in what time: `600/minute`."""

from __future__ import annotations

import re
from dataclasses import dataclass

SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_TEXT = re.compile(rf"([1-9][0-9]{{0,6}})/({'|'.join(SECONDS)})")


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many seconds."""

    requests: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Rate:
        """A `ValueError` says what it must look like."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise ValueError(
                "must be like 600/minute: a number per second, minute, hour"
            )
        return cls(int(found[1]), SECONDS[found[2]])

    def window_of(self, now: float) -> int:
        """The number of the window of this length that `now` is in."""
        return int(now // self.seconds)

    def asked(self, before: int, here: int, now: float) -> float:
        """Requests in the length that ends now: those of this window, and of the one
        before it the share that is still inside."""
        gone = (now % self.seconds) / self.seconds
        return before * (1 - gone) + here

    def wait_seconds(self, now: float) -> int:
        """Until this window is over, rounded up."""
        return int(self.seconds - now % self.seconds) + 1
