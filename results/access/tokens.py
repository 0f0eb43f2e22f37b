"""Short-lived tokens for live streams: an `EventSource` sends no header, and a key in
a URL would stand in every log on the way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing

from results.access.keys import ApiKey

PARAMETER = "token"
STAFF = "staff"
_SALT = "results.access.tokens"
# More is no token, and is not hashed.
_LONGEST = 512


def make_token(bearer: str, now: datetime) -> tuple[str, datetime]:
    """A token for whoever `bearer` names, and until when it opens a stream."""
    token = signing.TimestampSigner(salt=_SALT).sign(bearer)
    return token, now + timedelta(seconds=settings.LIVE_TOKEN_SECONDS)


def bearer_of(key: ApiKey | None) -> str:
    """A name for whom a token was made, which ends with the key: no digest is given
    away by its first half."""
    return STAFF if key is None else f"key:{key.name}:{key.digest[:16]}"


def opens(token: str, keys: Iterable[ApiKey]) -> str | None:
    """The name of whom it was made for; None when it is forged, too old, or made for
    a key that is one no more."""
    if len(token) > _LONGEST:
        return None
    try:
        bearer = signing.TimestampSigner(salt=_SALT).unsign(
            token, max_age=settings.LIVE_TOKEN_SECONDS
        )
    except signing.BadSignature:
        return None
    names = {bearer_of(key): key.name for key in keys} | {STAFF: STAFF}
    return names.get(bearer)
