"""What lists of hosts, origins and keys may hold; said without quoting the value."""

from __future__ import annotations

import re

from environs import ValidationError

from results.access.keys import parse_keys
from results.access.rate import Rate

_HOST = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")
_ORIGIN = re.compile(r"https?://([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def are_hosts(hosts: list[str]) -> None:
    """Names as a client's Host header has them, without a port."""
    if not hosts or not all(map(_HOST.fullmatch, hosts)):
        raise ValidationError("must name hosts, without scheme, port or path")


def are_origins(origins: list[str]) -> None:
    """`*`, or what a browser sends as Origin."""
    if not all(origin == "*" or _ORIGIN.fullmatch(origin) for origin in origins):
        raise ValidationError("must be * or origins like https://app.example.com")


def are_api_keys(entries: list[str]) -> None:
    """Set and empty is a secret that did not arrive: it must not open everything."""
    if not any(entries):
        raise ValidationError("is empty: leave it away to have no API keys")
    try:
        parse_keys(entries)
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from None


def is_rate(text: str) -> None:
    """Empty is no limit."""
    try:
        text and Rate.parse(text)
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from None
