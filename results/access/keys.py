"""API keys: only their SHA-256 digests are configured, so settings open nothing.

A key has 256 random bits: nothing slower than one SHA-256 is needed to keep it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

PREFIX = "mon_"
NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
# Nobody's key is longer; what is longer is not even looked at.
LONGEST = 512


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that opens: what it is called, and its digest in lower-case hex."""

    name: str
    digest: str

    @classmethod
    def parse(cls, entry: str) -> ApiKey:
        """`NAME:DIGEST`; a `ValueError` says what is wrong and quotes nothing, for it
        may be the key itself that stands there."""
        name, _, digest = entry.strip().partition(":")
        digest = digest.removeprefix("sha256:")
        if not NAME.fullmatch(name):
            raise ValueError("each needs a name of letters, digits and _ . -")
        if not _DIGEST.fullmatch(digest):
            raise ValueError(
                "each must be NAME:DIGEST, the digest 64 lower-case hex digits "
                "(`manage.py make_api_key NAME` prints both)"
            )
        return cls(name, digest)


def parse_keys(entries: Iterable[str]) -> tuple[ApiKey, ...]:
    """All of them, by different names and digests, or a `ValueError`."""
    keys = tuple(map(ApiKey.parse, entries))
    if len({key.name for key in keys}) < len(keys):
        raise ValueError("two have the same name")
    if len({key.digest for key in keys}) < len(keys):
        raise ValueError("two have the same digest")
    return keys


def new_key() -> str:
    """One that nobody has."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    """What is configured in its place."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def matching(keys: Iterable[ApiKey], given: str) -> ApiKey | None:
    """The key that was given, if it is one of these; as slow for all that it is not."""
    if len(given) > LONGEST:
        return None
    digest, found = digest_of(given), None
    for key in keys:
        if hmac.compare_digest(key.digest, digest):
            found = key
    return found
