"""Lengths of time as people say them."""

from __future__ import annotations

from datetime import timedelta


def spoken(length: timedelta) -> str:
    """A length in its two largest units: `2 h 15 min`."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s")]
    first = next((n for n, (count, _) in enumerate(parts) if count), 3)
    told = [f"{count} {unit}" for count, unit in parts[first : first + 2] if count]
    return " ".join(told) or "0 s"
