"""DEBUG shows settings and stacks to whoever asks: never beyond this machine."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.core.management.base import CommandError


def is_private(host: str) -> bool:
    """Whether only this machine can reach a server that listens there."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def require_privacy(host: str) -> None:
    """Refuse to listen for others with DEBUG on."""
    if settings.DEBUG and not is_private(host):
        raise CommandError(
            f"DEBUG=true shows its insides to whoever reaches {host}: "
            "listen on 127.0.0.1, or set DEBUG=false"
        )
