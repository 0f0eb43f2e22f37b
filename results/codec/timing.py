"""The timing member: a duration in milliseconds and, as a rule, a run id.

Three encodings are stored in the wild (CONTRACT, `timing:{id}`); ours is
`duration_ms:run_id`. Decided by strict patterns, never by "does float() accept it":
`12e45678` is a run id.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from results.codec import times
from results.codec.strict_json import MAX_INTEGER
from results.domain import CorruptMember, TimingPoint

_DURATION = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_RUN_ID = re.compile(r"[^:\x00-\x1f]{1,64}")
# What a broken writer stores for a duration; no run id looks like it.
_BROKEN = re.compile(r"[+-]?(nan|inf|infinity)|[+-][0-9.]+", re.IGNORECASE)
_ID_DIGITS = 8
REMEMBERED = 16_384
# Ours with a hexadecimal id that is no number, or one of eight digits: nearly all, and
# soon decided.
_USUAL = re.compile(
    rb"([0-9]{1,15}):((?=[0-9-]*[a-f])[0-9a-f][0-9a-f-]{0,63}|[0-9]{8})"
)


def encode_member(duration_ms: int | float, run_id: str) -> str:
    """Our encoding: unique by run id, so equal durations of two runs both stay.

    A duration gets a fraction (`.0`) where the id would be read as the duration else.
    Raises `ValueError` for an id that no reader could tell from a broken duration.
    """
    for number in (duration_ms, float(duration_ms)):
        # Never in the form 1e-05, which reads as a run id.
        duration = format(Decimal(repr(number + 0)), "f")
        member = f"{duration}:{run_id}"
        if _reads_back(member, number, run_id):
            return member
    raise ValueError("run_id would be read as a broken duration")


def _reads_back(member: str, duration_ms: int | float, run_id: str) -> bool:
    try:
        point = decode_member(member.encode(), 0)
    except CorruptMember:
        return False
    return (point.duration_ms, point.run_id) == (duration_ms, run_id)


# A chart is drawn from the same points again and again.
@lru_cache(maxsize=REMEMBERED)
def decode_member(member: bytes, score: float) -> TimingPoint:
    """The point in a member of any encoding; raises `CorruptMember`."""
    if usual := _USUAL.fullmatch(member):
        duration_ms, usual_id = usual.groups()
        return TimingPoint(
            times.from_score(score), int(duration_ms), usual_id.decode("ascii")
        )
    try:
        text = member.decode()
    except UnicodeDecodeError:
        raise CorruptMember("not UTF-8") from None
    duration, run_id = _split(text)
    return TimingPoint(times.from_score(score), _number(duration), run_id)


def _split(text: str) -> tuple[str, str | None]:
    if _DURATION.fullmatch(text):
        return text, None
    left, _, right = text.partition(":")
    duration_first = _pairs(left, right)
    duration_last = _pairs(right, left)
    if duration_first and duration_last:
        return (right, left) if _right_is_duration(left, right) else (left, right)
    if duration_first:
        return left, right
    if duration_last:
        return right, left
    raise CorruptMember("no timing member")


def _pairs(duration: str, run_id: str) -> bool:
    return bool(
        _DURATION.fullmatch(duration)
        and _RUN_ID.fullmatch(run_id)
        and not _BROKEN.fullmatch(run_id)
    )


def _right_is_duration(left: str, right: str) -> bool:
    """Both look like durations: a fraction decides, then eight digits (an id)."""
    if ("." in left) != ("." in right):
        return "." in right
    return _is_eight_digits(left) and not _is_eight_digits(right)


def _is_eight_digits(text: str) -> bool:
    return len(text) == _ID_DIGITS and "." not in text


def _number(text: str) -> int | float:
    whole, _, fraction = text.partition(".")
    if len(whole) > 16 or int(whole) > MAX_INTEGER:
        raise CorruptMember("duration over 2^53")
    return float(text) if fraction else int(text)
