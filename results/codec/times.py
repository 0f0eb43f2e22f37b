"""Times: epoch scores and stored text to aware UTC, and UTC to RFC 3339 with `Z`."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import lru_cache

UTC = timezone.utc
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_10000 = 253_402_300_800


def from_score(score: float) -> datetime | None:
    """The time of a score in epoch seconds; None outside the years 1970-9999."""
    return _EPOCH + timedelta(seconds=score) if 0 <= score < _YEAR_10000 else None


def to_score(time: datetime) -> float:
    """Epoch seconds of an aware time, with its fraction."""
    return (time - _EPOCH).total_seconds()


def from_text(text: str | None) -> datetime | None:
    """ISO 8601 text as UTC (without an offset it is UTC); None when unreadable."""
    try:
        if not text:
            return None
        time = datetime.fromisoformat(text)
        if time.tzinfo is UTC:
            return time
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=16_384)
def to_text(time: datetime | None) -> str | None:
    """RFC 3339 in UTC with `Z`; the fraction only where there is one."""
    if time is None:
        return None
    if time.tzinfo is UTC:
        return time.isoformat()[:-6] + "Z"
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
