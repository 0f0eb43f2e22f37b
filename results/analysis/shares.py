"""Shares of a whole, never rounded up: one failure in a million is not 100 percent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast, overload

# Three decimals.
_PARTS = 1000


@overload
def percent(part: int, whole: int) -> float | None: ...


@overload
def percent(part: timedelta, whole: timedelta) -> float | None: ...


def percent(part: int | timedelta, whole: int | timedelta) -> float | None:
    """`part` of `whole` in percent, floored to three decimals; None of nothing."""
    return _floored(part, whole, 100 * _PARTS)


def share(part: timedelta, whole: timedelta) -> float | None:
    """`part` of `whole` as a number up to 1, floored to three decimals; None of
    nothing."""
    return _floored(part, whole, _PARTS)


def _floored(part: int | timedelta, whole: int | timedelta, most: int) -> float | None:
    """Exact: whole numbers are divided by whole numbers."""
    if not whole:
        return None
    parts: int = cast(Any, part) * most // whole
    return parts / _PARTS
