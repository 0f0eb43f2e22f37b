"""A test's URL as it may be shown: without credentials and secret-looking values.

Patterns, not a parser: stored URLs are hostile, and a parser raises on some.
"""

from __future__ import annotations

import re

HIDDEN = "***"
# A browser reads backslashes as slashes, and takes the last @ of the authority.
_USERINFO = re.compile(r"^(\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?[/\\]{2,})[^/\\?#]*@")
_PARAMETER = re.compile(r"([?&;#])([^=&;#?]+)=([^&;#]*)")
_SECRET_NAME = re.compile(
    r"token|secret|passw|passphrase|pwd|credential|signature|session|jwt|bearer"
    r"|auth(?!or)|apikey|key$|(?:^|[^a-z])(?:key|sig|pass|pin|otp|code|sid)(?:[^a-z]|$)",
    re.IGNORECASE,
)


def public_url(url: str | None) -> str | None:
    """`url` without userinfo; values of token, key, password ... parameters as `***`."""
    if url is None:
        return None
    return _PARAMETER.sub(_hide, _USERINFO.sub(r"\1", url))


def _hide(parameter: re.Match[str]) -> str:
    mark, name, value = parameter.groups()
    secret = _SECRET_NAME.search(name.replace("%5F", "_").replace("%5f", "_"))
    return f"{mark}{name}={HIDDEN if secret and value else value}"
