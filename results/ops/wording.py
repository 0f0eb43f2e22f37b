"""Values as people read them on the pages; pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

NOTHING = "–"
SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86_400
# A longer time is told in the next unit: 89 seconds, then 2 minutes.
_AGO = (("second", SECOND, 90), ("minute", MINUTE, 90), ("hour", HOUR, 36))
_WEB = re.compile(r"https?://[^\s\\]+", re.IGNORECASE | re.ASCII)


def exact(time: datetime) -> str:
    """To the second, in UTC: `26 Nov 2026, 03:15:02 UTC`."""
    utc = time.astimezone(timezone.utc)
    return f"{utc.day} {utc:%b %Y, %H:%M:%S} UTC"


def ago(time: datetime, now: datetime) -> str:
    """How far from now, in one unit: `2 minutes ago`, `in 3 hours`, `now`."""
    seconds = (now - time).total_seconds()
    if abs(seconds) < 1:
        return "now"
    said = _in_one_unit(abs(seconds))
    return f"{said} ago" if seconds > 0 else f"in {said}"


def _in_one_unit(seconds: float) -> str:
    for name, length, most in _AGO:
        if seconds < most * length:
            return counted(round(seconds / length), name)
    return counted(round(seconds / DAY), "day")


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def duration(ms: float | None) -> str:
    """Milliseconds: `840 ms`, `12.3 s`, `2 min 5 s`, `1 h 4 min`."""
    if ms is None:
        return NOTHING
    if ms < 1000:
        return f"{ms:.0f} ms"
    return f"{ms / 1000:.1f} s" if ms < 60_000 else length(ms / 1000)


def length(time: float | timedelta | None) -> str:
    """Seconds, in the two largest units: `45 s`, `5 min 10 s`, `2 d 5 h`."""
    if time is None:
        return NOTHING
    seconds = round(time.total_seconds() if isinstance(time, timedelta) else time)
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min {seconds % MINUTE} s"
    if seconds < DAY:
        return f"{seconds // HOUR} h {seconds % HOUR // MINUTE} min"
    return f"{seconds // DAY:,} d {seconds % DAY // HOUR} h"


def percent(share: float | None) -> str:
    """As the API rounds it, which is down: never 100 with a failure."""
    return NOTHING if share is None else f"{share:g} %"


def is_web_url(text: object) -> bool:
    """Whether the text may be a link: http or https, and nothing that a browser reads
    in another way."""
    return isinstance(text, str) and _WEB.fullmatch(text) is not None
