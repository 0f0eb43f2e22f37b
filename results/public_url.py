"""A test's URL as it may be shown: without credentials and secret-looking values.

Patterns, not a parser: stored URLs are hostile, and a parser raises on some.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_plus

HIDDEN = "***"
USUAL_LENGTH = 256
# A browser reads backslashes as slashes, needs none behind `https:`, and takes the
# last @ of the authority.
_USERINFO = re.compile(
    r"^(\s*(?:(?:https?|wss?|ftp):[/\\]*|(?:[a-z][a-z0-9+.-]*:)?[/\\]{2,})?)"
    r"[^/\\?#]*@",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r"[?&;#]([^=&;#?]+)=")
# Servers differ on `;` and a second `?`: a secret may reach beyond them.
_VALUE = re.compile(r"[^&#]+")
_SECRET_NAME = re.compile(
    r"token|secret|passw|passphrase|passcode|pass$|pwd|credential|signature|hmac"
    r"|session|sessid|jwt|bearer|auth(?!or(?!i[sz]))|apikey|key$"
    r"|(?:^|[^a-z])(?:key|sig|pass|pin|otp|code|sid)(?:[^a-z]|$)",
    re.IGNORECASE,
)


def public_url(url: str | None) -> str | None:
    """`url` without userinfo; values of token, key, password ... parameters hidden."""
    if url is None:
        return None
    return (_remembered if len(url) <= USUAL_LENGTH else _shown)(url)


def _shown(url: str) -> str:
    return _without_secrets(_USERINFO.sub(r"\1", url))


# The URLs of tests are on every page about them.
_remembered = lru_cache(maxsize=4096)(_shown)


def _without_secrets(url: str) -> str:
    """Name by name, so that a parameter inside another one's value is seen, too."""
    shown, done = [], 0
    for name in _PARAMETER.finditer(url):
        if name.start() < done or not _SECRET_NAME.search(unquote_plus(name[1])):
            continue
        if value := _VALUE.match(url, name.end()):
            shown += [url[done : name.end()], HIDDEN]
            done = value.end()
    return "".join(shown) + url[done:]
