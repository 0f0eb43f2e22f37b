"""What a list of hosts or of origins may hold; said without quoting the value."""

from __future__ import annotations

import re

from environs import ValidationError

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
