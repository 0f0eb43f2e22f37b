"""How large scenarios are, and what they ask of servers."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.live.loads import Load

# Listeners come from so many addresses: the ports of one would run out.
SOURCES = 200
# Caps are there to refuse such crowds; the scenarios want them served.
LIMITS_OFF = {
    "LIVE_MAX_LISTENERS": "0",
    "LIVE_MAX_PER_ADDRESS": "0",
    "LIVE_MAX_PER_TEST": "0",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """1 for what was asked; a quick look takes a tenth of it."""

    factor: float = 1.0

    def of(self, count: int) -> int:
        """So many, scaled; never fewer than 4."""
        return max(4, round(count * self.factor))

    def seconds(self, seconds: float) -> float:
        """A window, scaled; never less than 4 s."""
        return max(4.0, seconds * self.factor)

    def crowd(
        self,
        listeners: int,
        *,
        rate: float = 0,
        seconds: float = 0,
        events: int = 0,
        tests: int = 1,
    ) -> Load:
        """So many listeners, scaled, and events at a rate for a time, or at once."""
        return Load(
            self.of(listeners),
            events or round(rate * self.seconds(seconds)),
            rate,
            tests,
            sources=SOURCES,
        )
