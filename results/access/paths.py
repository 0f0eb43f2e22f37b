"""What is open to everybody where API keys close the rest."""

from __future__ import annotations

from django.conf import settings

OPEN = frozenset({"/healthz", "/readyz", "/ops/login/"})
PAGES = "/ops/"
LOGIN = "/ops/login/"
_BADGES = "/badges/"
_STREAM_END = "/live"


def is_open(path: str) -> bool:
    """Whether nobody needs a key there. Static files never get here: the server has
    answered for them before Django sees a request."""
    if path in OPEN:
        return True
    return bool(settings.PUBLIC_BADGES) and path.startswith(_BADGES)


def is_stream(path: str) -> bool:
    """Whether a token opens it."""
    return path.endswith(_STREAM_END)


def is_page(path: str) -> bool:
    """Whether a person is led to the login page."""
    return f"{path}/".startswith(PAGES)
