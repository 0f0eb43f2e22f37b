"""Before anything is timed: both must give the same answer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import httpx


class Disagreement(Exception):
    """The two answers differ; the message says where."""


def require_agreement(peer_url: str, urls: Iterable[str], path: str) -> None:
    """Every field of the peer's answer is in the others', with the same value."""
    expected = answer(peer_url, path)
    for url in urls:
        _compare(expected, answer(url, path), path)


def answer(url: str, path: str) -> Any:
    """The JSON of a 200."""
    response = httpx.get(url + path, timeout=120)
    response.raise_for_status()
    return response.json()


def _compare(expected: Any, given: Any, where: str) -> None:
    if isinstance(expected, dict):
        for name, value in expected.items():
            if name not in given:
                raise Disagreement(f"{where}: no {name}")
            _compare(value, given[name], f"{where} {name}")
    elif isinstance(expected, list):
        if len(expected) != len(given):
            raise Disagreement(f"{where}: {len(expected)} and {len(given)} items")
        for number, (one, other) in enumerate(zip(expected, given, strict=True)):
            _compare(one, other, f"{where} {number}")
    elif not _same(expected, given):
        raise Disagreement(f"{where}: {expected!r} and {given!r}")


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return math.isclose(one, other, abs_tol=0.05)
    if one == other:
        return True
    return _seconds(one) == _seconds(other) is not None


def _seconds(value: Any) -> float | None:
    """A time to the millisecond, which can be spelled in several ways."""
    try:
        return round(datetime.fromisoformat(value).timestamp(), 3)
    except (TypeError, ValueError):
        return None
