"""Whose address a request came from, counted through the proxies that are trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

FORWARDED = "HTTP_X_FORWARDED_FOR"


def address_of(meta: Mapping[str, Any]) -> str:
    """The address that the outermost of `NUM_PROXIES` proxies saw: each appends to
    `X-Forwarded-For`, and what stands before their entries is the client's to invent.
    """
    remote = str(meta.get("REMOTE_ADDR") or "")
    count = settings.NUM_PROXIES
    if not count:
        return remote
    seen = [part.strip() for part in str(meta.get(FORWARDED, "")).split(",")]
    # Fewer than there are proxies: the request came around some of them.
    return (seen[-count] if len(seen) >= count else seen[0]) or remote
